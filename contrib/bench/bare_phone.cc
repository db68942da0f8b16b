/*
 * bare_phone.cc - the yardstick: libcsv over the file, libphonenumber over
 * the columns `mobile` and `phone`, and nothing else.
 *
 * bare_phone FILE [valid]: each number is parsed once for Australia; with
 * `valid` it is also asked whether it is a valid one, which anybody who uses
 * it as a key must do.
 */
#include <csv.h>
#include <phonenumbers/phonenumberutil.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace
{

constexpr size_t BLOCK = 64 * 1024;
constexpr unsigned COLUMNS_MAX = 64;

struct reading {
    PhoneNumberUtil *util;
    bool validates;
    bool is_number[COLUMNS_MAX];
    unsigned column;
    unsigned long rows, numbers, good;
    std::string text;
};

void on_cell(void *cell, size_t size, void *data)
{
    auto *reading = static_cast<struct reading *>(data);
    unsigned column = reading->column++;
    PhoneNumber number;

    if (column >= COLUMNS_MAX)
        return;
    reading->text.assign(static_cast<const char *>(cell), size);
    if (reading->rows == 0) {
        reading->is_number[column] =
            reading->text == "mobile" || reading->text == "phone";
        return;
    }
    if (!reading->is_number[column] || size == 0)
        return;
    reading->numbers++;
    if (reading->util->Parse(reading->text, "AU", &number) !=
        PhoneNumberUtil::NO_PARSING_ERROR)
        return;
    if (!reading->validates || reading->util->IsValidNumber(number))
        reading->good++;
}

void on_row(int, void *data)
{
    auto *reading = static_cast<struct reading *>(data);

    reading->rows++;
    reading->column = 0;
}

} // namespace

int main(int argc, char **argv)
{
    static char block[BLOCK];
    struct reading reading = {};
    struct csv_parser parser;
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : nullptr;
    int status = EXIT_FAILURE;
    size_t size;

    if (file == nullptr || csv_init(&parser, CSV_APPEND_NULL) != 0) {
        fprintf(stderr, "usage: bare_phone FILE [valid]\n");
        return EXIT_FAILURE;
    }
    reading.util = PhoneNumberUtil::GetInstance();
    reading.validates = argc > 2 && strcmp(argv[2], "valid") == 0;
    while ((size = fread(block, 1, sizeof(block), file)) > 0)
        if (csv_parse(&parser, block, size, on_cell, on_row, &reading) != size)
            break;
    if (feof(file) && csv_fini(&parser, on_cell, on_row, &reading) == 0)
        status = EXIT_SUCCESS;
    printf("%lu rows, %lu numbers, %lu good\n", reading.rows, reading.numbers,
           reading.good);
    csv_free(&parser);
    fclose(file);
    return status;
}
