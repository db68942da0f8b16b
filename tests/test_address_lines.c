/*
 * test_address_lines.c - letters of several countries, taken apart. What a part
 * should be stands behind its line; what no line says is nowhere.
 */
#include "mappings/address_lines.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(address, .timeout = 60);

/* addressee|street|street2|city|state|postcode|country, of Silva HVAC, whose
 * person is Ana Silva. */
static void is_apart(const char *lines, const char *wanted)
{
    struct arena *arena = arena_open();
    struct customer *customer = customer_new(arena);
    struct text parts[ADDRESS_PARTS];
    struct buffer got = {0};

    customer_set(customer, FIELD_COMPANY, TEXT("Silva HVAC"));
    customer_set(customer, FIELD_FIRST_NAME, TEXT("Ana"));
    customer_set(customer, FIELD_LAST_NAME, TEXT("Silva"));
    address_take_apart(text_of(lines), customer, arena, parts);
    for (int i = 0; i < ADDRESS_PARTS; i++)
        buffer_print(&got, "%s%.*s", i > 0 ? "|" : "", TEXT_ARGS(parts[i]));
    cr_expect_str_eq(buffer_view(&got).at, wanted,
                     "of\n%s\nwanted %s\ngot    %s", lines, wanted,
                     buffer_view(&got).at);
    buffer_free(&got);
    arena_close(arena);
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
