/*
 * test_address_lines.c - letters of several countries, taken apart. What a part
 * should be stands behind its line; what no line says is nowhere.
 */
#include "mappings/address_lines.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(address, .timeout = 60);

/* addressee|street|street2|city|state|postcode|country, of a customer of that
 * name and company, whose person is Ana Silva. */
static void is_apart_of(const char *name, const char *company,
                        const char *region, const char *lines,
                        const char *wanted)
{
    struct arena *arena = arena_open();
    struct customer *customer = customer_new(arena);
    const char *const regions[4] = {NULL, NULL, NULL, region};
    struct text parts[ADDRESS_PARTS];
    struct buffer got = {0};

    if (name != NULL)
        customer_set(customer, FIELD_NAME, text_of(name));
    if (company != NULL)
        customer_set(customer, FIELD_COMPANY, text_of(company));
    customer_set(customer, FIELD_FIRST_NAME, TEXT("Ana"));
    customer_set(customer, FIELD_LAST_NAME, TEXT("Silva"));
    address_take_apart(text_of(lines), customer, regions, arena, parts);
    for (int i = 0; i < ADDRESS_PARTS; i++)
        buffer_print(&got, "%s%.*s", i > 0 ? "|" : "", TEXT_ARGS(parts[i]));
    cr_expect_str_eq(buffer_view(&got).at, wanted,
                     "of\n%s\nwanted %s\ngot    %s", lines, wanted,
                     buffer_view(&got).at);
    buffer_free(&got);
    arena_close(arena);
}

static void is_apart(const char *lines, const char *wanted)
{
    is_apart_of(NULL, "Silva HVAC", NULL, lines, wanted);
}

Test(address, what_a_mapping_wrote_comes_back)
{
    is_apart("Silva HVAC\n1 Main St\nSte 4\nDallas, TX 75201\nUS",
             "|1 Main St|Ste 4|Dallas|TX|75201|US");
    is_apart("Silva HVAC\n1 High St\nSydney, NSW 2000\nAU",
             "|1 High St||Sydney|NSW|2000|AU");
    is_apart("Silva HVAC\nOxford House\n12 High St\nLeeds, West Yorkshire "
             "LS1 4DY\nGB",
             "|Oxford House|12 High St|Leeds|West Yorkshire|LS1 4DY|GB");
    is_apart("Silva HVAC\n1 Mall\nLondon, SW1A 1AA\nGB",
             "|1 Mall||London||SW1A 1AA|GB");
    is_apart("Silva HVAC\nRingstr. 2\nM\xC3\xBCnchen, Bayern 80331\nDE",
             "|Ringstr. 2||M\xC3\xBCnchen|Bayern|80331|DE");
    is_apart("Silva HVAC\n5 Queen St\nAuckland, 1010\nNZ",
             "|5 Queen St||Auckland||1010|NZ");
    is_apart("Silva HVAC\n1 Quay\nDublin 4, D04 X285\nIE",
             "|1 Quay||Dublin 4||D04 X285|IE");
    is_apart("Silva HVAC\nPerth, WA\nAU", "|||Perth|WA||AU");
    is_apart("Silva HVAC\n1 High St\nPerth\nAU", "|1 High St||Perth|||AU");
}

Test(address, as_people_write_it)
{
    is_apart("1 High St\r\nSydney NSW 2000\r\nAustralia",
             "|1 High St||Sydney|NSW|2000|Australia");
    is_apart("Ringstr. 2\nD-80331 M\xC3\xBCnchen\nDeutschland",
             "|Ringstr. 2||M\xC3\xBCnchen||D-80331|Deutschland");
    is_apart("Damstraat 12\n1012 AB Amsterdam",
             "|Damstraat 12||Amsterdam||1012 AB|");
    is_apart("12 High St\nLeeds\nWest Yorkshire\nLS1 4DY",
             "|12 High St||Leeds|West Yorkshire|LS1 4DY|");
    is_apart("12 High St\nLondon\nSW1A 1AA\nEngland",
             "|12 High St||London||SW1A 1AA|England");
    is_apart("9 Elm St\nToronto, ON  M5V 2T6",
             "|9 Elm St||Toronto|ON|M5V 2T6|");
    is_apart("9 Elm St\nReno, Nv. 89501-1234",
             "|9 Elm St||Reno|Nv|89501-1234|");
    is_apart("9 Elm St\nPerth, WA, 6000", "|9 Elm St||Perth|WA|6000|");
}

Test(address, a_name_again_is_no_part_of_it)
{
    is_apart("SILVA HVAC\nMs. Ana M. Silva\n1 Main St\nDallas, TX 75201",
             "|1 Main St||Dallas|TX|75201|");
    is_apart("Silva HVAC", "||||||");
    is_apart("", "||||||");
}

Test(address, no_line_goes_nowhere)
{
    is_apart("Bo Lee\n1 Main St\nRear gate\nSte 4\nDallas, TX 75201",
             "Bo Lee|1 Main St|Rear gate, Ste 4|Dallas|TX|75201|");
    is_apart("Bo Lee\nJo Day\n1 Main St", "Bo Lee, Jo Day|1 Main St|||||");
    is_apart("Silva HVAC\nAttn: Bo\n1 Main St", "Attn: Bo|1 Main St|||||");
    is_apart("Bo Lee\nOxford House\nThe Green",
             "Bo Lee|Oxford House|The Green||||");
    is_apart("Jordan", "Jordan||||||");
    is_apart("PO Box 1234", "|PO Box 1234|||||");
    is_apart("Unit 3\n14 Low Rd\nLevel 2000", "|Unit 3|14 Low Rd, Level "
                                              "2000||||");
    is_apart("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13",
             "|1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13|||||");
}

Test(address, only_who_is_nobody_else_is_left_out)
{
    is_apart("Ana Silva Plumbing Ltd\n1 Main St",
             "Ana Silva Plumbing Ltd|1 Main St|||||");
    is_apart("Silva HVAC\nAna and Bruno Silva\n1 Main St",
             "Ana and Bruno Silva|1 Main St|||||");
    is_apart("Silva HVAC\nSilva Ana Street\nDallas, TX 75201",
             "|Silva Ana Street||Dallas|TX|75201|");
    is_apart("Ana Silva 12 Elm St\nDallas, TX 75201",
             "|Ana Silva 12 Elm St||Dallas|TX|75201|");
    is_apart("Silva HVAC\nAna Silva Street 5\nDallas",
             "|Ana Silva Street 5||Dallas|||");
    is_apart("Silva HVAC\nAna Silva Dr\nDallas, TX 75201",
             "|Ana Silva Dr||Dallas|TX|75201|");
    is_apart("Dr. A. Ana Silva, PhD\nSilva, Ana\n1 Main St", "|1 Main St|||||");
}

Test(address, a_customer_may_be_called_as_its_street_is)
{
    is_apart_of("12 Main St", NULL, NULL, "12 Main St\n12 Main St\nReno",
                "|12 Main St||Reno|||");
    is_apart_of("12 Main St", NULL, NULL, "12 Main St\nReno, NV 89501",
                "|12 Main St||Reno|NV|89501|");
    is_apart_of("12 Main St", NULL, NULL, "12 Main St\n3 Elm St\nReno",
                "|3 Elm St||Reno|||");
    is_apart_of("12 Main St", NULL, NULL, "12 Main St", "||||||");
    is_apart_of("Studio 54", "Studio 54 Ltd", NULL,
                "Studio 54\nStudio 54 Ltd\nW 54th St 254\nReno",
                "|W 54th St 254||Reno|||");
    is_apart_of("Ringstr. 2", NULL, NULL,
                "Ringstr. 2\nRingstr. 2\n80331 Ulm\nDE",
                "|Ringstr. 2||Ulm||80331|DE");
}

Test(address, a_customer_may_be_called_as_its_town_is)
{
    is_apart_of("Dallas", NULL, NULL, "Dallas\nDallas\nUS", "|||Dallas|||US");
    is_apart_of("Dallas", NULL, NULL, "Dallas\n1 Elm St\nDallas",
                "|1 Elm St||Dallas|||");
    is_apart_of("Acme", "Acme", NULL, "Acme\nAcme\n1 Elm St\nDallas",
                "|1 Elm St||Dallas|||");
}

Test(address, a_state_may_be_called_as_a_country_is)
{
    is_apart_of("Bo", NULL, "US", "Bo\nRose Cottage\nGeorgia",
                "|Rose Cottage||Georgia|||");
    is_apart_of("Bo", NULL, "US", "Bo\n9 Elm St\nAtlanta\nGeorgia",
                "|9 Elm St||Atlanta|Georgia||");
    is_apart_of("Bo", NULL, "US", "Bo\n9 Elm St\nTbilisi 0105\nGeorgia",
                "|9 Elm St||Tbilisi||0105|Georgia");
    is_apart_of("Bo", NULL, "GB", "Bo\n9 Elm St\nTbilisi\nGeorgia",
                "|9 Elm St||Tbilisi|||Georgia");
}

Test(address, states_stand_in_lines_of_their_own)
{
    is_apart("10 Downing Street\nWestminster\nLondon\nSW1A 2AA",
             "|10 Downing Street|Westminster|London||SW1A 2AA|");
    is_apart("10 Low Rd\nMumbai\nMaharashtra\n400001",
             "|10 Low Rd||Mumbai|Maharashtra|400001|");
    is_apart("5 MG Road\nBengaluru 560001\nKarnataka\nIndia",
             "|5 MG Road||Bengaluru|Karnataka|560001|India");
    is_apart("Rua A 5\nS\xC3\xA3o Paulo - SP 01304-001\nBrasil",
             "|Rua A 5||S\xC3\xA3o Paulo|SP|01304-001|Brasil");
    is_apart("Silva HVAC\nMain\nBox Hill\nVIC", "|Main|Box Hill||VIC||");
    is_apart("Silva HVAC\nBerliner Platz 215\nBerlin\nDE",
             "|Berliner Platz 215||Berlin|||DE");
}
