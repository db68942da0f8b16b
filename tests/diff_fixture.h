/*
 * diff_fixture.h - the target of a test of the three-way comparison: a mapping
 * made of the test's own `shape`, which stands before the line that includes
 * this.
 */
#ifndef TESTS_DIFF_FIXTURE_H
#define TESTS_DIFF_FIXTURE_H

static struct mapping *mapping;
static const struct slot *slots;
static size_t slots_count;

static void set_up(void)
{
    open_all();
    mapping = mapping_of(shape);
    slots = mapping_slots(mapping, &slots_count);
}

static void tear_down(void)
{
    mapping_close(mapping);
    close_all();
}

#endif
