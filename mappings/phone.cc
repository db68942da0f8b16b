/*
 * phone.cc - the one C++ file: libphonenumber behind phone.h.
 */
#include "mappings/phone.h"

#include <cstring>
#include <iterator>
#include <set>
#include <string>

#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumbermatch.h>
#include <phonenumbers/phonenumbermatcher.h>
#include <phonenumbers/phonenumberutil.h>

using namespace i18n::phonenumbers;

static const PhoneNumberUtil &util()
{
    return *PhoneNumberUtil::GetInstance();
}

static bool put(const std::string &text, char *out, size_t room)
{
    if (text.size() >= room)
        return false;
    std::memcpy(out, text.c_str(), text.size() + 1);
    return true;
}

static bool take(const PhoneNumber &number, struct phone_found *found)
{
    std::string e164;
    PhoneNumberUtil::PhoneNumberType type = util().GetNumberType(number);

    /* The type of a number is known exactly when it is valid; asking for both
     * would cost the work twice. */
    if (type == PhoneNumberUtil::UNKNOWN)
        return false;
    util().Format(number, PhoneNumberUtil::E164, &e164);
    found->mobile = type == PhoneNumberUtil::MOBILE ||
                    type == PhoneNumberUtil::FIXED_LINE_OR_MOBILE;
    found->extension = number.has_extension();
    found->more = false;
    return put(e164, found->e164, sizeof(found->e164));
}

static const char *region_or_none(const char *region)
{
    return region != nullptr ? region : "ZZ";
}

/* The library takes letters for digits where it can: 1-800-FLOWERS, but also
 * what somebody noted behind half a number. */
static bool has_letters_for_digits(const std::string &text)
{
    size_t letter = text.find_first_of("abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    size_t begin;

    if (letter == std::string::npos)
        return false;
    begin = text.find_first_of("0123456789+");
    return begin != std::string::npos &&
           util().IsAlphaNumber(text.substr(begin));
}

bool phone_parse(const char *text, size_t size, const char *region,
                 struct phone_found *found) noexcept
{
    try {
        PhoneNumber number;
        std::string whole(text, size);

        return !has_letters_for_digits(whole) &&
               util().Parse(whole, region_or_none(region), &number) ==
                   PhoneNumberUtil::NO_PARSING_ERROR &&
               take(number, found);
    } catch (...) {
        return false;
    }
}

bool phone_search(const char *text, size_t size, const char *region,
                  struct phone_found *found) noexcept
{
    try {
        PhoneNumberMatcher matcher(std::string(text, size),
                                   region_or_none(region));
        PhoneNumberMatch match;
        struct phone_found other;
        bool any = false;

        while (!any && matcher.HasNext() && matcher.Next(&match))
            any = take(match.number(), found);
        while (any && !found->more && matcher.HasNext() && matcher.Next(&match))
            found->more = take(match.number(), &other) &&
                          std::strcmp(other.e164, found->e164) != 0;
        return any;
    } catch (...) {
        return false;
    }
}

/* Where the country code ends is known without parsing: none is the beginning
 * of another. False when it is no number as Format writes it in E.164. */
static bool of_e164(const std::string &text, PhoneNumber *number)
{
    std::string region;
    size_t zeros = 0;

    if (text.size() < 4 || text.size() > 16 || text[0] != '+' ||
        text.find_first_not_of("0123456789", 1) != std::string::npos)
        return false;
    for (size_t size = 1; size <= 3; size++) {
        int code = std::stoi(text.substr(1, size));
        std::string rest = text.substr(1 + size);

        util().GetRegionCodeForCountryCode(code, &region);
        if (region == "ZZ" || rest.empty())
            continue;
        while (zeros + 1 < rest.size() && rest[zeros] == '0')
            zeros++;
        number->set_country_code(code);
        number->set_national_number(std::stoull(rest));
        if (zeros > 0)
            number->set_italian_leading_zero(true);
        if (zeros > 1)
            number->set_number_of_leading_zeros(static_cast<int>(zeros));
        return true;
    }
    return false;
}

static bool same(const PhoneNumber &a, const PhoneNumber &b)
{
    return a.country_code() == b.country_code() &&
           a.national_number() == b.national_number() &&
           a.italian_leading_zero() == b.italian_leading_zero() &&
           a.number_of_leading_zeros() == b.number_of_leading_zeros();
}

/* libphonenumber takes any digits of Unicode for digits, and so many steps. */
static void keep_digits(std::string *text)
{
    size_t kept = 0;

    for (char c : *text)
        if (c >= '0' && c <= '9')
            (*text)[kept++] = c;
    text->resize(kept);
}

bool phone_local(const char *e164, size_t size, const char *region, char *out,
                 size_t room) noexcept
{
    try {
        PhoneNumber number, back;
        std::string text, home;

        if (!of_e164(std::string(e164, size), &number))
            return false;
        util().GetRegionCodeForNumber(number, &home);
        if (home != region)
            return false;
        util().Format(number, PhoneNumberUtil::NATIONAL, &text);
        keep_digits(&text);
        return util().Parse(text, region, &back) ==
                   PhoneNumberUtil::NO_PARSING_ERROR &&
               same(number, back) && put(text, out, room);
    } catch (...) {
        return false;
    }
}

static bool example(const std::string &region, int type, PhoneNumber *number)
{
    /* 0 to 9 are the kinds, from fixed lines to voice mail. */
    return util().GetExampleNumberForType(
        region, static_cast<PhoneNumberUtil::PhoneNumberType>(type), number);
}

bool phone_example(size_t index, int type, struct phone_example *out) noexcept
{
    try {
        std::set<std::string> regions;
        std::set<int> worldwide;
        PhoneNumber number;
        std::string text;

        std::memset(out, 0, sizeof(*out));
        util().GetSupportedRegions(&regions);
        util().GetSupportedGlobalNetworkCallingCodes(&worldwide);
        if (index < regions.size()) {
            const std::string &region =
                *std::next(regions.begin(), static_cast<std::ptrdiff_t>(index));

            put(region, out->region, sizeof(out->region));
            if (!example(region, type, &number))
                return true;
        } else if (index < regions.size() + worldwide.size()) {
            put("001", out->region, sizeof(out->region));
            if (type != 0 ||
                !util().GetExampleNumberForNonGeoEntity(
                    *std::next(worldwide.begin(), static_cast<std::ptrdiff_t>(
                                                      index - regions.size())),
                    &number))
                return true;
        } else {
            return false;
        }
        util().Format(number, PhoneNumberUtil::INTERNATIONAL, &text);
        put(text, out->international, sizeof(out->international));
        util().Format(number, PhoneNumberUtil::NATIONAL, &text);
        put(text, out->national, sizeof(out->national));
        util().Format(number, PhoneNumberUtil::RFC3966, &text);
        put(text, out->uri, sizeof(out->uri));
        util().FormatOutOfCountryCallingNumber(number, "AU", &text);
        put(text, out->from_au, sizeof(out->from_au));
        util().FormatOutOfCountryCallingNumber(number, "US", &text);
        put(text, out->from_us, sizeof(out->from_us));
        util().Format(number, PhoneNumberUtil::E164, &text);
        return put(text, out->e164, sizeof(out->e164));
    } catch (...) {
        return false;
    }
}
