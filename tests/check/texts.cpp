// Strings of all kinds of characters.
// jitdbg: flags -std=c++20
// jitdbg: call texts(3)
using unit = unsigned short;
struct both {
  char32_t array[3];
  const wchar_t *pointer;
};
extern "C" int texts(int number) {
  const char *narrow = "a\u00e9";
  const char8_t *utf8 = u8"a\u00e9";
  const char16_t *utf16 = u"a\u00e9\U0001F600", utf16s[5] = u"a\u00e9\U0001F600";
  const char32_t *const utf32 = U"a\u00e9\U0001F600", utf32s[9] = U"a\u00e9\U0001F600", one[1] = {U'a'};
  const wchar_t *wide = L"wide", wides[5] = L"wide";
  unit units[3] = {'u', '2', 0}, *of_units = units;
  both both = {U"xy", L"zz"};
  return number; // mark: made
  // jitdbg: at made: narrow = "aé"
  // jitdbg: at made: utf8 = "aé"
  // jitdbg: at made: utf16 = "aé😀"
  // jitdbg: at made: utf16s = "aé😀"
  // jitdbg: at made: utf32 = "aé😀"
  // jitdbg: at made: utf32s = "aé😀"
  // jitdbg: at made: one = "a"
  // jitdbg: at made: wide = "wide"
  // jitdbg: at made: wides = "wide"
  // jitdbg: at made: units = "u2"
  // jitdbg: at made: of_units = "u2"
  // jitdbg: at made: both = {array = "xy", pointer = "zz"}
}
