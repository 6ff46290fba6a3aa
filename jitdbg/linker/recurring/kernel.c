/* Fills a pattern in, as filling.py does, in machine code: an image in a tenth of the time.

   The order is filling.py's, and so are the names. A pattern is what kernel.py packs: the struct below, and behind it
   the tables that it refers to. Whatever the pattern does not provide for makes the kernel stand back, and Python does
   the work; so every number that is read from an object is checked before it is used.

   Beside it the kernel works through long tables of relocations, as columns.py does.

   kernel.ll is made from this file by `make kernel`. Nothing but Python's stable interface is called. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct PyObject PyObject;
int PyBytes_AsStringAndSize(PyObject *, char **, ptrdiff_t *);
char *PyBytes_AsString(PyObject *);
PyObject *PyBytes_FromStringAndSize(const char *, ptrdiff_t);
void Py_DecRef(PyObject *);
char *PyByteArray_AsString(PyObject *);
ptrdiff_t PyByteArray_Size(PyObject *);
void PyErr_Clear(void);

typedef uint8_t byte;
typedef int64_t number;
typedef struct { number start, count; } Span; /* bytes from the pattern's beginning, and how many elements */

/* kernel.py has the same names in the same order. A section of the image that is not there is -1. */
struct Pattern {
  number input_symtab, input_strtab, first_global, frames, page, headers_size, code, data, zeroes;
  number build_id, note, ir, gnu_hash, dynsym, dynstr, version_r, rela_dyn, got, eh_frame, eh_frame_hdr, dynamic;
  number symtab, strtab;
  Span file_start, inputs, input_names, kinds, imports, import_names, exports, telling_names, strings;
  Span tables, infos, forms, section_of, sizes, aligns, constants, constant_contents, single, several, parts, cies;
  Span string_head, string_tail, import_rows, requirements, requirement_names, dynamic_entries;
  Span relocations, got_offsets, null_symbol, symbols, program_headers, segments, section_headers, file_header;
};
struct Input { number type, flags, address, link, info, align, entsize; };
struct Table { number row, target, loaded, first_info, infos; };
struct Info { number info, operand; };
struct Form { number width, relative, is_unsigned, in_debug; };
struct Constant { number output, size; };
struct Single { number output, row; };
struct Several { number output, filler, first_part, parts, in_file; };
struct Part { number row, align; };
struct Entry { number tag, index, more; };
struct SymbolRow { number index, word; };
struct Segment { number place, first, last; };

enum { INPUTS = 512, OUTPUTS = 128, SYMBOLS = 1024, FRAMES = 2048, CIES = 8, INFOS = 1024 };
enum { NOBITS = 8, HEADER = 64, SYMBOL = 24, RELOCATION = 24, TERMINATOR = 4, UNWIND_HEADER = 12, BLOOM_SHIFT = 6 };
static const number LIMIT = (number)1 << 46, LARGEST_FILE = 1 << 26;

typedef struct { const byte *data; number size; } Bytes;

struct Filling {
  const struct Pattern *pattern;
  Bytes object, build_id, note, ir, soname, strtab;
  const byte *symtab;
  Bytes inputs[INPUTS];          /* contents; the size is in input_sizes, which NOBITS has too */
  number input_sizes[INPUTS], starts[INPUTS];
  number sizes[OUTPUTS], offsets[OUTPUTS], addresses[OUTPUTS];
  number code_end, data_end, memory_end, file_end, tail;
  uint64_t values[SYMBOLS + OUTPUTS]; /* of symbols, then of the entries of the GOT */
  number exports[SYMBOLS];            /* in the order of the hash table */
  uint32_t hashes[SYMBOLS];
  number frames[FRAMES], frame_count;
};

#define TABLE(type, span) ((const type *)((const byte *)pattern + pattern->span.start))
#define EACH(index, span) for (number index = 0; index < pattern->span.count; index++)

static uint32_t load32(const byte *from) { uint32_t value; memcpy(&value, from, 4); return value; }
static uint64_t load64(const byte *from) { uint64_t value; memcpy(&value, from, 8); return value; }
static void store32(byte *to, uint32_t value) { memcpy(to, &value, 4); }
static void store64(byte *to, uint64_t value) { memcpy(to, &value, 8); }
static number aligned(number position, number align) { return (position + align - 1) & -align; }
static int fits32(number value) { return value == (int32_t)value; }

/* The object: is it of the shape? */

static int find_inputs(struct Filling *f) {
  const struct Pattern *pattern = f->pattern;
  const struct Input *inputs = TABLE(struct Input, inputs);
  uint64_t size = f->object.size, total = 0;
  if (size < HEADER || memcmp(f->object.data, TABLE(byte, file_start), pattern->file_start.count)) return 0;
  uint64_t table = load64(f->object.data + 40);
  uint32_t entry_and_count = load32(f->object.data + 58);
  if (entry_and_count != (uint32_t)(pattern->inputs.count << 16 | HEADER)) return 0;
  if (!table || table > size || (uint64_t)pattern->inputs.count * HEADER > size - table) return 0;
  EACH(row, inputs) {
    const byte *header = f->object.data + table + row * HEADER;
    const struct Input *known = &inputs[row];
    if (load32(header + 4) != known->type || load64(header + 8) != (uint64_t)known->flags) return 0;
    if (load64(header + 16) != (uint64_t)known->address || load32(header + 40) != known->link) return 0;
    if (load32(header + 44) != known->info || load64(header + 48) != (uint64_t)known->align) return 0;
    if (load64(header + 56) != (uint64_t)known->entsize) return 0;
    uint64_t offset = load64(header + 24), own = load64(header + 32);
    if (own > (uint64_t)LIMIT || offset > size) return 0;
    f->input_sizes[row] = own;
    if (known->type == NOBITS) own = 0;
    if (own > size - offset || (total += own) > size) return 0;
    f->inputs[row] = (Bytes){f->object.data + offset, own};
  }
  return 1;
}

static int starts_with(Bytes strings, uint64_t at, const byte *name, number size) {
  return at <= (uint64_t)strings.size && size <= strings.size - (number)at && !memcmp(strings.data + at, name, size);
}

static int has_section_names(struct Filling *f) {
  const struct Pattern *pattern = f->pattern;
  const byte *name = TABLE(byte, input_names), *headers = f->object.data + load64(f->object.data + 40);
  number index = load32(f->object.data + 60) >> 16;
  if (index >= pattern->inputs.count) return 0;
  Bytes names = f->inputs[index];
  if (!names.size || names.data[names.size - 1]) return 0;
  EACH(row, inputs) {
    number size = strlen((const char *)name) + 1;
    if (!starts_with(names, load32(headers + row * HEADER), name, size)) return 0;
    name += size;
  }
  return 1;
}

static const byte *name_of(struct Filling *f, number symbol) {
  return f->strtab.data + load32(f->symtab + symbol * SYMBOL);
}

static int has_symbols(struct Filling *f) {
  const struct Pattern *pattern = f->pattern;
  const uint32_t *kinds = TABLE(uint32_t, kinds);
  Bytes table = f->inputs[pattern->input_symtab];
  f->strtab = f->inputs[pattern->input_strtab];
  f->symtab = table.data;
  if (table.size != pattern->kinds.count * SYMBOL || !f->strtab.size || f->strtab.data[f->strtab.size - 1]) return 0;
  if (memchr(f->strtab.data, '@', f->strtab.size)) return 0; /* a version decides what a name is bound to */
  EACH(symbol, kinds) {
    if (load32(table.data + symbol * SYMBOL + 4) != kinds[symbol]) return 0;
    if (load32(table.data + symbol * SYMBOL) >= f->strtab.size) return 0;
  }
  return 1;
}

static int has_names(struct Filling *f) {
  const struct Pattern *pattern = f->pattern;
  const byte *known = TABLE(byte, import_names), *telling = TABLE(byte, telling_names);
  const byte *end = telling + pattern->telling_names.count;
  EACH(index, imports) {
    const char *name = (const char *)name_of(f, TABLE(number, imports)[index]);
    if (strcmp(name, (const char *)known)) return 0;
    known += strlen(name) + 1;
  }
  for (number symbol = pattern->first_global; symbol < pattern->kinds.count; symbol++) {
    const char *name = (const char *)name_of(f, symbol);
    if (!name[0]) return 0;
    if (name[0] != '_' || name[1] == 'Z') continue;
    if (telling == end || strcmp(name, (const char *)telling)) return 0;
    telling += strlen(name) + 1;
  }
  return telling == end;
}

/* Contents and sizes */

static int is_string(const struct Pattern *pattern, const byte *name) {
  const byte *known = TABLE(byte, strings), *end = known + pattern->strings.count;
  for (; known < end; known += strlen((const char *)known) + 1)
    if (!strcmp((const char *)name, (const char *)known)) return 1;
  return 0;
}

static uint32_t gnu_hash(const byte *name) {
  uint32_t value = 5381;
  while (*name) value = value * 33 + *name++;
  return value;
}

static number bucket_count(const struct Pattern *pattern) {
  return pattern->exports.count < 6 ? 1 : pattern->exports.count / 3;
}

/* Puts the exports into the order of the hash table, those of a bucket in their own; no two may have one name. */
static int add_names(struct Filling *f) {
  const struct Pattern *pattern = f->pattern;
  number buckets = bucket_count(pattern), names = 0;
  if (!f->soname.size || memchr(f->soname.data, 0, f->soname.size) || is_string(pattern, f->soname.data)) return 0;
  EACH(index, exports) {
    number symbol = TABLE(number, exports)[index], at = index;
    const byte *name = name_of(f, symbol);
    uint32_t hash = gnu_hash(name);
    for (; at && f->hashes[at - 1] % buckets > hash % buckets; at--) {
      f->hashes[at] = f->hashes[at - 1];
      f->exports[at] = f->exports[at - 1];
    }
    for (number other = at - 1; other >= 0 && f->hashes[other] % buckets == hash % buckets; other--)
      if (f->hashes[other] == hash && !strcmp((const char *)name_of(f, f->exports[other]), (const char *)name)) return 0;
    f->hashes[at] = hash;
    f->exports[at] = symbol;
    if (is_string(pattern, name) || !strcmp((const char *)name, (const char *)f->soname.data)) return 0;
    names += strlen((const char *)name) + 1;
  }
  f->tail = pattern->string_head.count + names;
  f->sizes[pattern->dynstr] = f->tail + pattern->string_tail.count + f->soname.size + 1;
  f->sizes[pattern->strtab] = f->strtab.size;
  return 1;
}

static void add_notes(struct Filling *f) {
  const struct Pattern *pattern = f->pattern;
  f->sizes[pattern->build_id] = f->build_id.size;
  if (pattern->note >= 0) f->sizes[pattern->note] = f->note.size;
  if (pattern->ir >= 0) f->sizes[pattern->ir] = f->ir.size;
}

/* `starts` is where each input begins within its section of the image, until that has an address. */
static void measure_inputs(struct Filling *f) {
  const struct Pattern *pattern = f->pattern;
  EACH(row, inputs) f->starts[row] = 0;
  EACH(index, single) {
    struct Single each = TABLE(struct Single, single)[index];
    f->sizes[each.output] = f->input_sizes[each.row];
  }
  EACH(index, several) {
    struct Several each = TABLE(struct Several, several)[index];
    number size = 0;
    for (number part = each.first_part; part < each.first_part + each.parts; part++) {
      struct Part one = TABLE(struct Part, parts)[part];
      f->starts[one.row] = size = aligned(size, one.align);
      size += f->input_sizes[one.row];
    }
    f->sizes[each.output] = size;
  }
}

static int is_known_cie(const struct Pattern *pattern, const byte *record, number size) {
  const byte *known = TABLE(byte, cies), *end = known + pattern->cies.count;
  for (; known < end; known += 4 + load32(known))
    if (4 + (number)load32(known) == size && !memcmp(known, record, size)) return 1;
  return 0;
}

/* Finds the FDEs, those of one CIE behind those of the one before it; all encode addresses as the known CIEs say. */
static int find_frames(struct Filling *f) {
  const struct Pattern *pattern = f->pattern;
  Bytes table = f->inputs[pattern->frames];
  number cies[CIES], cie_count = 0, position = 0, frames = 0;
  f->frame_count = 0;
  if (!pattern->frames) return 1;
  if (table.size % 8) return 0;
  while (position <= table.size - 8) {
    number length = load32(table.data + position), pointer = load32(table.data + position + 4), known = -1;
    if (length < 4 || length > table.size - position - 4) return 0;
    if (!pointer) {
      if (cie_count == CIES || !is_known_cie(pattern, table.data + position, length + 4)) return 0;
      cies[cie_count++] = position;
    } else {
      for (number cie = 0; cie < cie_count; cie++)
        if (cies[cie] == position + 4 - pointer) known = cie;
      if (known < 0 || length < 12 || ++frames > FRAMES) return 0;
    }
    position += 4 + length;
  }
  if (position != table.size) return 0;
  for (number cie = 0; cie < cie_count; cie++)
    for (position = 0; position < table.size; position += 4 + (number)load32(table.data + position)) {
      number pointer = load32(table.data + position + 4);
      if (pointer && position + 4 - pointer == cies[cie]) f->frames[f->frame_count++] = position;
    }
  f->sizes[pattern->eh_frame] += TERMINATOR;
  f->sizes[pattern->eh_frame_hdr] = UNWIND_HEADER + 8 * f->frame_count;
  return 1;
}

/* Addresses */

static number stack(struct Filling *f, number first, number count, number position, number bias) {
  const struct Pattern *pattern = f->pattern;
  for (number output = first; output < first + count; output++) {
    position = aligned(position, TABLE(number, aligns)[output]);
    f->offsets[output] = position;
    f->addresses[output] = position + bias;
    position += f->sizes[output];
  }
  return position;
}

static int assign(struct Filling *f) {
  const struct Pattern *pattern = f->pattern;
  number loaded = pattern->code + pattern->data + pattern->zeroes;
  f->code_end = stack(f, 0, pattern->code, pattern->headers_size, 0);
  f->data_end = stack(f, pattern->code, pattern->data, f->code_end, pattern->page);
  f->memory_end = stack(f, pattern->code + pattern->data, pattern->zeroes, f->data_end, pattern->page);
  for (number output = loaded - pattern->zeroes; output < loaded; output++) f->offsets[output] = f->data_end;
  f->file_end = stack(f, loaded, pattern->sizes.count - loaded, f->data_end, 0);
  for (number output = loaded; output < pattern->sizes.count; output++) f->addresses[output] = 0;
  return f->memory_end <= LIMIT && f->file_end <= LARGEST_FILE;
}

static int find_values(struct Filling *f) {
  const struct Pattern *pattern = f->pattern;
  EACH(index, single) {
    struct Single each = TABLE(struct Single, single)[index];
    f->starts[each.row] = f->addresses[each.output];
  }
  EACH(index, several) {
    struct Several each = TABLE(struct Several, several)[index];
    for (number part = each.first_part; part < each.first_part + each.parts; part++)
      f->starts[TABLE(struct Part, parts)[part].row] += f->addresses[each.output];
  }
  EACH(symbol, kinds) {
    uint64_t value = load64(f->symtab + symbol * SYMBOL + 8);
    if (__builtin_add_overflow(value, (uint64_t)f->starts[TABLE(number, section_of)[symbol]], &value)) return 0;
    f->values[symbol] = value;
  }
  EACH(index, imports) {
    number symbol = TABLE(number, imports)[index];
    if (f->values[symbol] || load64(f->symtab + symbol * SYMBOL + 16)) return 0;
  }
  EACH(index, got_offsets)
    f->values[pattern->kinds.count + index] = f->addresses[pattern->got] + TABLE(number, got_offsets)[index];
  return 1;
}

/* What depends on addresses */

static void copy_inputs(struct Filling *f, byte *image) {
  const struct Pattern *pattern = f->pattern;
  EACH(index, single) {
    struct Single each = TABLE(struct Single, single)[index];
    memcpy(image + f->offsets[each.output], f->inputs[each.row].data, f->inputs[each.row].size);
  }
  EACH(index, several) {
    struct Several each = TABLE(struct Several, several)[index];
    if (!each.in_file) continue;
    memset(image + f->offsets[each.output], each.filler, f->sizes[each.output]);
    for (number part = each.first_part; part < each.first_part + each.parts; part++) {
      number row = TABLE(struct Part, parts)[part].row;
      number inner = f->starts[row] - f->addresses[each.output];
      memcpy(image + f->offsets[each.output] + inner, f->inputs[row].data, f->inputs[row].size);
    }
  }
}

static int store_value(byte *to, struct Form form, __int128 value) {
  __int128 half = (__int128)1 << (form.width * 8 - 1);
  if (value < (form.is_unsigned ? 0 : -half) || value >= (form.is_unsigned ? 2 * half : half)) return 0;
  uint64_t low = (uint64_t)value;
  memcpy(to, &low, form.width);
  return 1;
}

/* Finds what is taken from a symbol. In sections that are loaded, each of the known `r_info` has to be used. */
static number find_operand(struct Filling *f, struct Table table, uint64_t info, number *guess, byte *used) {
  const struct Pattern *pattern = f->pattern;
  const struct Info *infos = TABLE(struct Info, infos) + table.first_info;
  if (!table.loaded) {
    if (info >> 32 >= (uint64_t)pattern->kinds.count || !TABLE(number, section_of)[info >> 32]) return -1;
    return info >> 32;
  }
  for (number tried = 0; tried < table.infos; tried++, ++*guess) {
    if (*guess >= table.infos) *guess = 0;
    if ((uint64_t)infos[*guess].info == info) return used[*guess] = 1, infos[*guess].operand;
  }
  return -1;
}

static int fix_up_table(struct Filling *f, struct Table table, byte *data) {
  const struct Pattern *pattern = f->pattern;
  Bytes entries = f->inputs[table.row];
  uint64_t size = f->inputs[table.target].size, end = 0;
  number guess = 0, start = f->starts[table.target];
  byte used[INFOS];
  memset(used, 0, table.infos);
  if (entries.size % RELOCATION) return 0;
  for (const byte *entry = entries.data; entry < entries.data + entries.size; entry += RELOCATION) {
    uint64_t offset = load64(entry), info = load64(entry + 8);
    if ((uint32_t)info >= (uint64_t)pattern->forms.count) return 0;
    struct Form form = TABLE(struct Form, forms)[(uint32_t)info];
    number operand = find_operand(f, table, info, &guess, used);
    if (operand < 0 || !form.width || !(table.loaded || form.in_debug)) return 0;
    if (offset < end || offset > size || (uint64_t)form.width > size - offset) return 0; /* in order, without overlap */
    end = offset + form.width;
    __int128 value = (__int128)f->values[operand] + (number)load64(entry + 16);
    if (table.loaded || form.relative) value -= (__int128)start + offset;
    if (!store_value(data + offset, form, value)) return 0;
  }
  for (number info = 0; info < table.infos; info++)
    if (!used[info]) return 0;
  return 1;
}

/* `places` says where the contents of each input are in the file. */
static int fix_up(struct Filling *f, byte *image, const number *places) {
  const struct Pattern *pattern = f->pattern;
  EACH(index, tables) {
    struct Table table = TABLE(struct Table, tables)[index];
    if (!fix_up_table(f, table, image + places[table.target])) return 0;
  }
  return 1;
}

static void find_places(struct Filling *f, number *places) {
  const struct Pattern *pattern = f->pattern;
  EACH(index, single) {
    struct Single each = TABLE(struct Single, single)[index];
    places[each.row] = f->offsets[each.output];
  }
  EACH(index, several) {
    struct Several each = TABLE(struct Several, several)[index];
    for (number part = each.first_part; part < each.first_part + each.parts; part++) {
      number row = TABLE(struct Part, parts)[part].row;
      places[row] = f->offsets[each.output] + f->starts[row] - f->addresses[each.output];
    }
  }
}

static int comes_before(const byte *one, const byte *other) {
  int32_t a = load32(one), b = load32(other);
  return a < b || (a == b && (int32_t)load32(one + 4) < (int32_t)load32(other + 4));
}

static void sort_rows(byte *rows, number count) {
  for (number row = 1; row < count; row++)
    for (number at = row; at && comes_before(rows + 8 * at, rows + 8 * (at - 1)); at--) {
      uint64_t moved = load64(rows + 8 * at);
      store64(rows + 8 * at, load64(rows + 8 * (at - 1)));
      store64(rows + 8 * (at - 1), moved);
    }
}

static int write_unwind_tables(struct Filling *f, byte *image) {
  const struct Pattern *pattern = f->pattern;
  if (!pattern->frames) return 1;
  byte *header = image + f->offsets[pattern->eh_frame_hdr], *rows = header + UNWIND_HEADER;
  const byte *table = image + f->offsets[pattern->eh_frame];
  number distance = f->addresses[pattern->eh_frame] - f->addresses[pattern->eh_frame_hdr];
  int in_order = 1;
  if (!fits32(distance - 4)) return 0;
  store32(header, 0x3B031B01); /* version 1; DW_EH_PE: pcrel sdata4, udata4, datarel sdata4 */
  store32(header + 4, distance - 4);
  store32(header + 8, f->frame_count);
  for (number index = 0; index < f->frame_count; index++) {
    number place = f->frames[index] + distance;
    number start = (int32_t)load32(table + f->frames[index] + 8) + place + 8;
    if (!fits32(place) || !fits32(start)) return 0;
    if (index && start < (int32_t)load32(rows + 8 * (index - 1))) in_order = 0;
    store32(rows + 8 * index, start);
    store32(rows + 8 * index + 4, place);
  }
  if (!in_order) sort_rows(rows, f->frame_count);
  return 1;
}

static byte *write_symbol(struct Filling *f, byte *to, number symbol, uint64_t word) {
  store64(to, word);
  store64(to + 8, f->values[symbol]);
  store64(to + 16, load64(f->symtab + symbol * SYMBOL + 16));
  return to + SYMBOL;
}

static byte *copy(byte *to, const void *from, number size) { return (byte *)memcpy(to, from, size) + size; }

/* Writes the names and symbols of the loader. */
static void write_dynamic_symbols(struct Filling *f, byte *image) {
  const struct Pattern *pattern = f->pattern;
  const struct SymbolRow *words = TABLE(struct SymbolRow, symbols);
  number name = pattern->string_head.count, rows = pattern->symbols.count;
  byte *row = copy(image + f->offsets[pattern->dynsym], TABLE(byte, import_rows), pattern->import_rows.count);
  byte *text = copy(image + f->offsets[pattern->dynstr], TABLE(byte, string_head), name);
  EACH(index, exports) {
    number symbol = f->exports[index], length = strlen((const char *)name_of(f, symbol)) + 1;
    /* All that are global are in the table, at its end and in their order. */
    row = write_symbol(f, row, symbol, name | words[rows - pattern->kinds.count + symbol].word);
    text = copy(text, name_of(f, symbol), length);
    name += length;
  }
  text = copy(text, TABLE(byte, string_tail), pattern->string_tail.count);
  memcpy(text, f->soname.data, f->soname.size);
}

static void write_hash_table(struct Filling *f, byte *table) {
  const struct Pattern *pattern = f->pattern;
  number first = pattern->import_rows.count / SYMBOL, count = pattern->exports.count, words = 1;
  number buckets = bucket_count(pattern);
  while (words * 64 < count * 12) words *= 2;
  byte *bloom = table + 16, *bucket = bloom + words * 8, *chain = bucket + buckets * 4;
  store32(table, buckets);
  store32(table + 4, first);
  store32(table + 8, words);
  store32(table + 12, BLOOM_SHIFT);
  for (number index = 0; index < count; index++) {
    uint32_t hash = f->hashes[index];
    byte *word = bloom + hash / 64 % words * 8, *own = bucket + hash % buckets * 4;
    store64(word, load64(word) | 1ull << hash % 64 | 1ull << (hash >> BLOOM_SHIFT) % 64);
    if (!load32(own)) store32(own, first + index);
    int last = index + 1 == count || f->hashes[index + 1] % buckets != hash % buckets;
    store32(chain + index * 4, (hash & ~1u) | last);
  }
}

static void write_symbol_table(struct Filling *f, byte *image) {
  const struct Pattern *pattern = f->pattern;
  byte *row = copy(image + f->offsets[pattern->symtab], TABLE(byte, null_symbol), SYMBOL);
  EACH(index, symbols) {
    struct SymbolRow each = TABLE(struct SymbolRow, symbols)[index];
    row = write_symbol(f, row, each.index, load32(f->symtab + each.index * SYMBOL) | each.word);
  }
  memcpy(image + f->offsets[pattern->strtab], f->strtab.data, f->strtab.size);
}

static number numbered(struct Filling *f, number index) {
  number sections = f->pattern->sizes.count;
  if (index < sections) return f->addresses[index];
  if (index < 2 * sections) return f->sizes[index - sections];
  return index == 2 * sections ? f->tail : 0;
}

/* Writes `.dynamic`, `.gnu.version_r` and `.rela.dyn`. */
static void write_loader_tables(struct Filling *f, byte *image) {
  const struct Pattern *pattern = f->pattern;
  byte *entry = image + f->offsets[pattern->dynamic];
  EACH(index, dynamic_entries) {
    struct Entry each = TABLE(struct Entry, dynamic_entries)[index];
    store64(entry + 16 * index, each.tag);
    store64(entry + 16 * index + 8, numbered(f, each.index) + each.more);
  }
  if (pattern->version_r >= 0) {
    byte *words = image + f->offsets[pattern->version_r];
    memcpy(words, TABLE(byte, requirements), pattern->requirements.count * 4);
    EACH(index, requirement_names) {
      byte *word = words + 4 * TABLE(number, requirement_names)[index];
      store32(word, load32(word) + f->tail);
    }
  }
  if (pattern->rela_dyn >= 0) {
    byte *table = image + f->offsets[pattern->rela_dyn];
    memcpy(table, TABLE(byte, relocations), pattern->relocations.count * 8);
    EACH(index, got_offsets) store64(table + RELOCATION * index, f->values[pattern->kinds.count + index]);
  }
}

/* The file */

static void write_headers(struct Filling *f, byte *image, number section_table) {
  const struct Pattern *pattern = f->pattern;
  byte *segments = copy(image, TABLE(byte, file_header), HEADER), *sections = image + section_table;
  number code = f->code_end, start = code + pattern->page;
  number data_words[] = {code, start, start, f->data_end - code, f->memory_end - code};
  store64(image + 40, section_table);
  memcpy(segments, TABLE(byte, program_headers), pattern->program_headers.count * 8);
  store64(segments + 4 * 8, code);
  store64(segments + 5 * 8, code);
  memcpy(segments + 8 * 8, data_words, sizeof data_words);
  EACH(index, segments) {
    struct Segment each = TABLE(struct Segment, segments)[index];
    number address = f->addresses[each.first], size = f->addresses[each.last] + f->sizes[each.last] - address;
    number words[] = {f->offsets[each.first], address, address, size, size};
    memcpy(segments + (each.place + 1) * 8, words, sizeof words);
  }
  memcpy(sections, TABLE(byte, section_headers), pattern->section_headers.count);
  EACH(output, sizes) {
    byte *header = sections + (output + 1) * HEADER;
    store64(header + 16, f->addresses[output]);
    store64(header + 24, f->offsets[output]);
    store64(header + 32, f->sizes[output]);
  }
}

static void put(struct Filling *f, byte *image, number output, Bytes contents) {
  if (output >= 0) memcpy(image + f->offsets[output], contents.data, contents.size);
}

static void write_contents(struct Filling *f, byte *image) {
  const struct Pattern *pattern = f->pattern;
  const byte *contents = TABLE(byte, constant_contents);
  EACH(index, constants) {
    struct Constant each = TABLE(struct Constant, constants)[index];
    memcpy(image + f->offsets[each.output], contents, each.size);
    contents += each.size;
  }
  put(f, image, pattern->build_id, f->build_id);
  put(f, image, pattern->note, f->note);
  put(f, image, pattern->ir, f->ir);
}

static int is_of_shape(struct Filling *f) {
  return find_inputs(f) && has_section_names(f) && has_symbols(f) && has_names(f);
}

static int lay_out(struct Filling *f) {
  const struct Pattern *pattern = f->pattern;
  memcpy(f->sizes, TABLE(number, sizes), pattern->sizes.count * sizeof(number));
  add_notes(f);
  if (!add_names(f)) return 0;
  measure_inputs(f);
  return find_frames(f) && assign(f) && find_values(f);
}

static int write_image(struct Filling *f, byte *image, number section_table) {
  number places[INPUTS];
  find_places(f, places);
  write_headers(f, image, section_table);
  write_contents(f, image);
  copy_inputs(f, image);
  if (!fix_up(f, image, places) || !write_unwind_tables(f, image)) return 0;
  write_dynamic_symbols(f, image);
  write_hash_table(f, image + f->offsets[f->pattern->gnu_hash]);
  write_symbol_table(f, image);
  write_loader_tables(f, image);
  return 1;
}

static int take(PyObject *object, Bytes *bytes) {
  char *data;
  ptrdiff_t size;
  if (PyBytes_AsStringAndSize(object, &data, &size)) return 0;
  *bytes = (Bytes){(const byte *)data, size};
  return 1;
}

/* Returns the image, empty bytes where the pattern does not fit, or NULL with an exception; all arguments are bytes. */
PyObject *fill(PyObject *packed, PyObject *object, PyObject *build_id, PyObject *note, PyObject *ir, PyObject *soname) {
  struct Filling f;
  Bytes pattern;
  if (!take(packed, &pattern) || !take(object, &f.object) || !take(build_id, &f.build_id)) return NULL;
  if (!take(note, &f.note) || !take(ir, &f.ir) || !take(soname, &f.soname)) return NULL;
  f.pattern = (const struct Pattern *)pattern.data;
  if (!is_of_shape(&f) || !lay_out(&f)) return PyBytes_FromStringAndSize("", 0);
  number section_table = aligned(f.file_end, 8), size = section_table + f.pattern->section_headers.count;
  PyObject *image = PyBytes_FromStringAndSize(NULL, size);
  if (!image) return NULL;
  byte *bytes = (byte *)PyBytes_AsString(image);
  memset(bytes, 0, size);
  if (write_image(&f, bytes, section_table)) return image;
  Py_DecRef(image);
  return PyBytes_FromStringAndSize("", 0);
}

/* Long tables of relocations */

/* Where each `r_info` stands in a column of them: a hash table with linear probing. A slot has its index, and 1. */
struct Index { uint64_t *slots, *infos; number bits; };
enum { FARTHEST = 256 };

static number bits_for(number count) {
  number bits = 4;
  while ((number)1 << bits < 2 * count) bits++;
  return bits;
}

/* Returns the slot that has it or that it would get; NULL where that is too far, as for numbers that were made so. */
static uint64_t *find_slot(struct Index index, uint64_t info) {
  uint64_t mask = ((uint64_t)1 << index.bits) - 1, at = info * 0x9E3779B97F4A7C15u >> (64 - index.bits);
  for (number tried = 0; tried < FARTHEST; tried++, at = (at + 1) & mask)
    if (!index.slots[at] || index.infos[index.slots[at] - 1] == info) return &index.slots[at];
  return NULL;
}

/* Returns room for an index of so many, and for a column of them; to be given back with Py_DecRef. */
static PyObject *make_index(number count, struct Index *index) {
  number bits = bits_for(count), slots = (number)1 << bits;
  PyObject *room = PyBytes_FromStringAndSize(NULL, (slots + count) * 8);
  if (!room) return NULL;
  uint64_t *words = (uint64_t *)PyBytes_AsString(room);
  memset(words, 0, slots * 8);
  *index = (struct Index){words, words + slots, bits};
  return room;
}

static number list_different(Bytes table, struct Index index) {
  number found = 0;
  for (const byte *entry = table.data; entry < table.data + table.size; entry += RELOCATION) {
    uint64_t info = load64(entry + 8), *slot = find_slot(index, info);
    if (!slot) return 0;
    if (*slot) continue;
    index.infos[found] = info;
    *slot = ++found;
  }
  return found;
}

/* Returns the different `r_info` of a table, or nothing where Python has to look; NULL with an exception. */
PyObject *different(PyObject *object) {
  Bytes table;
  struct Index index;
  if (!take(object, &table)) return NULL;
  if (table.size % RELOCATION) return PyBytes_FromStringAndSize("", 0);
  PyObject *room = make_index(table.size / RELOCATION, &index);
  if (!room) return NULL;
  PyObject *result = PyBytes_FromStringAndSize((char *)index.infos, list_different(table, index) * 8);
  Py_DecRef(room);
  return result;
}

static int fill_index(struct Index index, Bytes infos) {
  memcpy(index.infos, infos.data, infos.size);
  for (number at = 0; at < infos.size / 8; at++) {
    uint64_t *slot = find_slot(index, index.infos[at]);
    if (!slot) return 0;
    *slot = at + 1;
  }
  return 1;
}

static int store_table(byte *data, number size, Bytes table, struct Index index, Bytes operands, struct Form form) {
  for (const byte *entry = table.data; entry < table.data + table.size; entry += RELOCATION) {
    uint64_t offset = load64(entry), *slot = find_slot(index, load64(entry + 8));
    if (!slot) return 0;
    if (!*slot) continue;
    if (size < form.width || offset > (uint64_t)(size - form.width)) return 0;
    number operand = load64(operands.data + 8 * (*slot - 1));
    __int128 value = (__int128)operand + (number)load64(entry + 16) - (form.relative ? (number)offset : 0);
    if (!store_value(data + offset, form, value)) return 0;
  }
  return 1;
}

/* Returns 1, or 0 where Python has to look: all is stored then that stands before what does not fit.
   `data` is a bytearray, all others are bytes: a table, a column of the `r_info` that are meant, one of their operands. */
int store(PyObject *data, PyObject *entries, PyObject *infos, PyObject *operands, int width, int relative,
          int is_unsigned) {
  struct Form form = {width, relative, is_unsigned, 0};
  Bytes table, column, values;
  struct Index index;
  if (!take(entries, &table) || !take(infos, &column) || !take(operands, &values)) return PyErr_Clear(), 0;
  if (table.size % RELOCATION || column.size % 8 || column.size != values.size) return 0;
  PyObject *room = make_index(column.size / 8, &index);
  if (!room) return PyErr_Clear(), 0;
  byte *bytes = (byte *)PyByteArray_AsString(data);
  int stored = fill_index(index, column) && store_table(bytes, PyByteArray_Size(data), table, index, values, form);
  Py_DecRef(room);
  return stored;
}
