/*
 * pages.c - the layer between SQLite and the file.
 */
#include "state/pages.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum {
    PAGE_MIN = 512,
    PAGE_MAX = 65536,
    HEADER = 100,          /* of the file, in its first page */
    HEADER_PAGE_SIZE = 16, /* two bytes, high one first; 1 is 65536 */
    HEADER_RESERVED = 20,
    HEADER_PAGES = 28, /* how many; four bytes, high one first */
};

/* SQLite locks bytes here, so it keeps nothing in the page around them. */
static const int64_t LOCKED_AT = 0x40000000;

/* What SQLite sees as the file; that of the system follows in memory. */
struct page_file {
    sqlite3_file base;
    bool summed;
};

static sqlite3_vfs *system_vfs;
static sqlite3_vfs own_vfs;

static sqlite3_file *below(sqlite3_file *file)
{
    return (sqlite3_file *)((struct page_file *)file + 1);
}

/* --- sums -----------------------------------------------------------------*/

/* FNV's way with words instead of bytes, and never 0. The offset is part of
 * it: a page that went to the wrong place is damage too. */
static uint64_t sum_of(const unsigned char *page, size_t size, int64_t at)
{
    uint64_t sum = 14695981039346656037u ^ (uint64_t)at;

    for (size_t i = 0; i < size - PAGES_RESERVED; i += 8) {
        uint64_t word;

        memcpy(&word, page + i, 8);
        sum = (sum ^ le64toh(word)) * 1099511628211u;
        sum ^= sum >> 29;
    }
    return sum != 0 ? sum : 1;
}

static uint64_t sum_in(const unsigned char *page, size_t size)
{
    uint64_t sum;

    memcpy(&sum, page + size - PAGES_RESERVED, PAGES_RESERVED);
    return le64toh(sum);
}

/* Whole pages are read and written at their places; the header alone, and its
 * counter, are not. */
static bool is_page(int size, int64_t at)
{
    return size >= PAGE_MIN && size <= PAGE_MAX && (size & (size - 1)) == 0 &&
           at % size == 0;
}

/* One without a sum came past this layer: another program moved it from the
 * log into the file, as any does that closes a state last. */
static bool is_good(const unsigned char *page, size_t size, int64_t at)
{
    uint64_t sum = sum_in(page, size);

    return sum == 0 || sum == sum_of(page, size, at);
}

/* --- the file -------------------------------------------------------------*/

static int page_read(sqlite3_file *file, void *to, int size, sqlite3_int64 at)
{
    const struct page_file *self = (struct page_file *)file;
    int result = below(file)->pMethods->xRead(below(file), to, size, at);

    if (result != SQLITE_OK || !self->summed || !is_page(size, at))
        return result;
    if (!is_good(to, (size_t)size, at))
        return SQLITE_IOERR_DATA;
    /* So it goes into the log without one, and not with an old one. */
    memset((unsigned char *)to + size - PAGES_RESERVED, 0, PAGES_RESERVED);
    return SQLITE_OK;
}

static int page_write(sqlite3_file *file, const void *from, int size,
                      sqlite3_int64 at)
{
    struct page_file *self = (struct page_file *)file;
    unsigned char page[PAGE_MAX];

    if (is_page(size, at)) {
        const unsigned char *bytes = from;

        /* The first page goes first, and says whether there is room. */
        if (at == 0)
            self->summed =
                self->summed && bytes[HEADER_RESERVED] == PAGES_RESERVED;
        if (self->summed) {
            uint64_t sum = htole64(sum_of(bytes, (size_t)size, at));

            memcpy(page, from, (size_t)size - PAGES_RESERVED);
            memcpy(page + size - PAGES_RESERVED, &sum, PAGES_RESERVED);
            from = page;
        }
    }
    return below(file)->pMethods->xWrite(below(file), from, size, at);
}

static int page_close(sqlite3_file *file)
{
    return below(file)->pMethods->xClose(below(file));
}

static int page_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return below(file)->pMethods->xTruncate(below(file), size);
}

static int page_sync(sqlite3_file *file, int flags)
{
    return below(file)->pMethods->xSync(below(file), flags);
}

static int page_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return below(file)->pMethods->xFileSize(below(file), size);
}

static int page_lock(sqlite3_file *file, int lock)
{
    return below(file)->pMethods->xLock(below(file), lock);
}

static int page_unlock(sqlite3_file *file, int lock)
{
    return below(file)->pMethods->xUnlock(below(file), lock);
}

static int page_reserved(sqlite3_file *file, int *result)
{
    return below(file)->pMethods->xCheckReservedLock(below(file), result);
}

static int page_control(sqlite3_file *file, int what, void *argument)
{
    return below(file)->pMethods->xFileControl(below(file), what, argument);
}

static int page_sector(sqlite3_file *file)
{
    return below(file)->pMethods->xSectorSize(below(file));
}

static int page_device(sqlite3_file *file)
{
    return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

static int page_shm_map(sqlite3_file *file, int page, int size, int extend,
                        void volatile **to)
{
    return below(file)->pMethods->xShmMap(below(file), page, size, extend, to);
}

static int page_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}

static void page_shm_barrier(sqlite3_file *file)
{
    below(file)->pMethods->xShmBarrier(below(file));
}

static int page_shm_unmap(sqlite3_file *file, int remove)
{
    return below(file)->pMethods->xShmUnmap(below(file), remove);
}

/* Version 2: no memory maps, which would let pages in unread. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = page_close,
    .xRead = page_read,
    .xWrite = page_write,
    .xTruncate = page_truncate,
    .xSync = page_sync,
    .xFileSize = page_size,
    .xLock = page_lock,
    .xUnlock = page_unlock,
    .xCheckReservedLock = page_reserved,
    .xFileControl = page_control,
    .xSectorSize = page_sector,
    .xDeviceCharacteristics = page_device,
    .xShmMap = page_shm_map,
    .xShmLock = page_shm_lock,
    .xShmBarrier = page_shm_barrier,
    .xShmUnmap = page_shm_unmap,
};

static uint32_t page_size_of(const unsigned char *header)
{
    uint32_t size =
        (uint32_t)header[HEADER_PAGE_SIZE] << 8 | header[HEADER_PAGE_SIZE + 1];

    return size == 1 ? PAGE_MAX : size;
}

/*
 * A new file has sums from now on, another one when its pages have room for
 * them. A header that cannot be read says nothing: to go on without sums would
 * spoil those of every page that is written.
 */
static int look_for_sums(sqlite3_file *file, bool *summed)
{
    unsigned char header[HEADER];
    sqlite3_int64 size = 0;
    int result = file->pMethods->xFileSize(file, &size);

    *summed = result == SQLITE_OK && size == 0;
    if (result != SQLITE_OK || size < PAGE_MIN)
        return result;
    result = file->pMethods->xRead(file, header, HEADER, 0);
    *summed = result == SQLITE_OK && header[HEADER_RESERVED] == PAGES_RESERVED;
    return result;
}

static int layer_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
                      int flags, int *flags_out)
{
    struct page_file *self = (struct page_file *)file;
    int result;

    (void)vfs;
    if (!(flags & SQLITE_OPEN_MAIN_DB))
        return system_vfs->xOpen(system_vfs, name, file, flags, flags_out);
    *self = (struct page_file){.summed = false};
    result = system_vfs->xOpen(system_vfs, name, below(file), flags, flags_out);
    /* Without methods nobody closes it. */
    if (below(file)->pMethods == NULL)
        return result;
    self->base.pMethods = &methods;
    if (result == SQLITE_OK)
        result = look_for_sums(below(file), &self->summed);
    return result;
}

const char *pages_vfs(void)
{
    if (system_vfs != NULL)
        return own_vfs.zName;
    /* To go on without it would spoil the sums of every page written. */
    if (sqlite3_initialize() != SQLITE_OK ||
        (system_vfs = sqlite3_vfs_find(NULL)) == NULL)
        abort();
    /* All but the opening is the system's own. */
    own_vfs = *system_vfs;
    own_vfs.zName = "custsync";
    own_vfs.pNext = NULL;
    own_vfs.szOsFile += (int)sizeof(struct page_file);
    own_vfs.xOpen = layer_open;
    if (sqlite3_vfs_register(&own_vfs, 0) != SQLITE_OK)
        abort();
    return own_vfs.zName;
}

void pages_reserve(sqlite3 *db)
{
    int bytes = PAGES_RESERVED;

    (void)sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
}

/* --- all of it ------------------------------------------------------------*/

static int verify(struct page_file *self, uint32_t *bad, bool *unsummed)
{
    sqlite3_file *file = below((sqlite3_file *)self);
    unsigned char page[PAGE_MAX];
    sqlite3_int64 size = 0;
    uint32_t bytes, count;
    int result = file->pMethods->xFileSize(file, &size);

    if (result != SQLITE_OK || size == 0)
        return result;
    result = file->pMethods->xRead(file, page, HEADER, 0);
    bytes = page_size_of(page);
    if (result != SQLITE_OK || !is_page((int)bytes, 0)) {
        *bad = 1;
        return result == SQLITE_IOERR_SHORT_READ ? SQLITE_OK : result;
    }
    *unsummed = !self->summed;
    count = (uint32_t)page[HEADER_PAGES] << 24 |
            (uint32_t)page[HEADER_PAGES + 1] << 16 |
            (uint32_t)page[HEADER_PAGES + 2] << 8 | page[HEADER_PAGES + 3];
    for (uint32_t n = 0; n < count && *bad == 0; n++) {
        int64_t at = (int64_t)n * bytes;

        if (LOCKED_AT >= at && LOCKED_AT < at + bytes)
            continue;
        result = file->pMethods->xRead(file, page, (int)bytes, at);
        if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ)
            return result;
        if (result != SQLITE_OK || (self->summed && !is_good(page, bytes, at)))
            *bad = n + 1;
        *unsummed = *unsummed || sum_in(page, bytes) == 0;
    }
    return SQLITE_OK;
}

int pages_verify(sqlite3 *db, uint32_t *bad, bool *unsummed)
{
    sqlite3_file *file = NULL;
    int result =
        sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);

    *bad = 0;
    *unsummed = false;
    if (result != SQLITE_OK || file == NULL || file->pMethods == NULL)
        return result;
    return verify((struct page_file *)file, bad, unsummed);
}
