# kept.py - a customer as the store keeps it; see mappings/customer_pack.c.
import json

FIXED = '''reference_id name company first_name last_name email phone mobile
website image tax_number notes status billing.street billing.street2
billing.city billing.state billing.postal_code billing.country shipping.street
shipping.street2 shipping.city shipping.state shipping.postal_code
shipping.country tags contact_methods accepts_marketing accepts_sms contacts
created_at updated_at'''.split()
NOT_TEXT = {'tags', 'contact_methods', 'contacts', 'accepts_marketing',
            'accepts_sms'}


def kept(text):
    """The values by name, as JSON has them."""
    if not text.startswith('\1'):
        return json.loads(text or '{}')
    values, rest = {}, text.encode()[1:]

    def taken():
        nonlocal rest
        size, rest = rest.split(b':', 1)
        text, rest = rest[:int(size)], rest[int(size) + 1:]
        return text.decode()

    while rest:
        letter, rest = rest[:1].decode(), rest[1:]
        name = taken() if letter == '*' else FIXED[ord(letter) - ord('@')]
        if rest[:1] == b'-':
            values[name], rest = None, rest[1:]
        else:
            value = taken()
            values[name] = json.loads(value) if name in NOT_TEXT else value
    return values
