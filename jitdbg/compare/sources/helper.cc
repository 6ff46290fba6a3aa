// What hosts give to the code of all peers: C++ on both sides of it. It is a plain library, loaded for everyone.

extern "C" int helper_throw(int value) { throw value; }

extern "C" int helper_catch(int (*function)(int), int value) {
  try {
    return function(value);
  } catch (int thrown) {
    return 1000 + thrown;
  }
}
