/*
 * phone.cc - the one C++ file: libphonenumber behind phone.h.
 */
#include "mappings/phone.h"

#include <cstring>
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
    return put(e164, found->e164, sizeof(found->e164));
}

static const char *region_or_none(const char *region)
{
    return region != nullptr ? region : "ZZ";
}

bool phone_parse(const char *text, size_t size, const char *region,
                 struct phone_found *found) noexcept
{
    try {
        PhoneNumber number;

        return util().Parse(std::string(text, size), region_or_none(region),
                            &number) == PhoneNumberUtil::NO_PARSING_ERROR &&
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

        while (matcher.HasNext() && matcher.Next(&match))
            if (take(match.number(), found))
                return true;
        return false;
    } catch (...) {
        return false;
    }
}

bool phone_local(const char *e164, size_t size, const char *region, char *out,
                 size_t room) noexcept
{
    try {
        PhoneNumber number;
        std::string text, home;

        if (util().Parse(std::string(e164, size), "ZZ", &number) !=
            PhoneNumberUtil::NO_PARSING_ERROR)
            return false;
        util().GetRegionCodeForNumber(number, &home);
        if (home != region)
            return false;
        util().Format(number, PhoneNumberUtil::NATIONAL, &text);
        util().NormalizeDigitsOnly(&text);
        return put(text, out, room);
    } catch (...) {
        return false;
    }
}
