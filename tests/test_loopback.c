/*
 * test_loopback.c - the port that a browser comes back to, and who crowds it.
 */
#include "sync/loopback.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <sys/socket.h>
#include <unistd.h>

static int knock(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

Test(loopback, nobody_keeps_it_awake_while_all_places_are_taken)
{
    struct pollfd polls[LOOPBACK_POLLS];
    int fds[LOOPBACK_CONNECTIONS + 1];
    struct loopback *loopback;
    struct text target;
    struct err err;

    cr_assert_eq(loopback_open(&loopback, 0, "/", &err), OK);
    cr_assert_eq(loopback_polls(loopback, polls), 1);
    for (size_t i = 0; i <= LOOPBACK_CONNECTIONS; i++)
        fds[i] = knock(loopback_port(loopback));
    cr_assert_not(loopback_next(loopback, 1000, &target));
    cr_assert_eq(poll(polls, loopback_polls(loopback, polls), 0), 0);
    /* Who said nothing in time makes room for who waits. */
    cr_assert_not(loopback_next(loopback, 1000 * 1000, &target));
    cr_assert_eq(poll(polls, loopback_polls(loopback, polls), 0), 1);
    for (size_t i = 0; i <= LOOPBACK_CONNECTIONS; i++)
        (void)close(fds[i]);
    loopback_close(loopback);
}
