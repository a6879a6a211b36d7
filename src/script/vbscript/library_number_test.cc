// Mathematics, and numbers as texts.
#include "script/vbscript/library_testing.h"

namespace script::vbscript::testing {
namespace {

using NumberFunctions = LibraryTest;

TEST_F(NumberFunctions, SignsAndWholes) {
  EXPECT_EQ(say("Abs", {-5}), "Integer 5");
  EXPECT_EQ(say("Abs", {-32768}), "Long 32768");
  EXPECT_EQ(say("Abs", {"-1.5"}), "Double 1.5");
  EXPECT_EQ(say("Abs", {kNull}), "Null");
  EXPECT_EQ(say("Abs", {true}), "Integer 1");
  EXPECT_EQ(say("Int", {-1.5}), "Double -2");
  EXPECT_EQ(say("Fix", {-1.5}), "Double -1");
  EXPECT_EQ(say("Int", {"2.9"}), "Double 2");
  EXPECT_EQ(say("Int", {Variant::currency(-15'000)}), "Currency -2");
  EXPECT_EQ(say("Fix", {Variant::currency(-15'000)}), "Currency -1");
  EXPECT_EQ(say("Int", {kNull}), "Null");
  EXPECT_EQ(say("Sgn", {-3.2}), "Integer -1");
  EXPECT_EQ(say("Sgn", {0}), "Integer 0");
  EXPECT_EQ(say("Sgn", {"x"}), "error 13");
}

TEST_F(NumberFunctions, RoundsHalvesToEven) {
  EXPECT_EQ(say("Round", {0.5}), "Double 0");
  EXPECT_EQ(say("Round", {1.5}), "Double 2");
  EXPECT_EQ(say("Round", {2.5}), "Double 2");
  EXPECT_EQ(say("Round", {-2.5}), "Double -2");
  EXPECT_EQ(say("Round", {2.125, 2}), "Double 2.12");
  EXPECT_EQ(say("Round", {3.14159, 3}), "Double 3.142");
  EXPECT_EQ(say("Round", {5}), "Integer 5");
  EXPECT_EQ(say("Round", {1e300, 22}), "Double 1E+300");
  EXPECT_EQ(say("Round", {1.5, -1}), "error 5");
  EXPECT_EQ(say("Round", {1.5, 23}), "error 5");
  EXPECT_EQ(say("Round", {kNull}), "Null");
  EXPECT_EQ(say("Round", {Variant::currency(12'345), 2}), "Currency 1.23");
}

TEST_F(NumberFunctions, RealFunctions) {
  EXPECT_EQ(say("Sqr", {16}), "Double 4");
  EXPECT_EQ(say("Sqr", {-1}), "error 5");
  EXPECT_EQ(say("Log", {1}), "Double 0");
  EXPECT_EQ(say("Log", {0}), "error 5");
  EXPECT_EQ(say("Exp", {0}), "Double 1");
  EXPECT_EQ(say("Exp", {1}), "Double 2.71828182845905");
  EXPECT_EQ(say("Exp", {710}), "error 6");
  EXPECT_EQ(say("Atn", {1}), "Double 0.785398163397448");
  EXPECT_EQ(say("Sin", {0}), "Double 0");
  EXPECT_EQ(say("Cos", {0}), "Double 1");
  EXPECT_EQ(say("Tan", {kNull}), "error 94");
  EXPECT_EQ(say("RGB", {255, 128, 300}), "Long 16744703");
  EXPECT_EQ(say("RGB", {-1, 0, 0}), "error 5");
}

TEST_F(NumberFunctions, RandomNumbersOfWindows) {
  EXPECT_EQ(say("Rnd", {}), "Single 0.7055475");
  EXPECT_EQ(say("Rnd", {1}), "Single 0.533424");
  EXPECT_EQ(say("Rnd", {}), "Single 0.5795186");
  EXPECT_EQ(say("Rnd", {0}), "Single 0.5795186");
  EXPECT_EQ(say("Rnd", {-1}), "Single 0.224007");
  EXPECT_EQ(say("Rnd", {-1}), "Single 0.224007");
  const Variant seed = Variant::int16(42);
  library.random_state = 0x50000;
  EXPECT_TRUE(randomize(library, &seed));
  const std::uint32_t state = library.random_state;
  library.random_state = 0x50000;
  EXPECT_TRUE(randomize(library, &seed));
  EXPECT_EQ(library.random_state, state);
  EXPECT_TRUE(randomize(library, nullptr));
  const Variant bad = Variant::utf8("x");
  EXPECT_FALSE(randomize(library, &bad));
}

TEST_F(NumberFunctions, FormatNumber) {
  EXPECT_EQ(say("FormatNumber", {1234567.891}), "String 1,234,567.89");
  EXPECT_EQ(say("FormatNumber", {0.5, 0}), "String 1");
  EXPECT_EQ(say("FormatNumber", {2.5, 0}), "String 3");
  EXPECT_EQ(say("FormatNumber", {-2.5, 0}), "String -3");
  EXPECT_EQ(say("FormatNumber", {1.005, 2}), "String 1.01");
  EXPECT_EQ(say("FormatNumber", {999.999, 2}), "String 1,000.00");
  EXPECT_EQ(say("FormatNumber", {0.25, 2, 0}), "String .25");
  EXPECT_EQ(say("FormatNumber", {-1.5, 1, -2, -1}), "String (1.5)");
  EXPECT_EQ(say("FormatNumber", {-1234.5, 1, -2, -2, 0}), "String -1234.5");
  EXPECT_EQ(say("FormatNumber", {-0.001, 2}), "String 0.00");
  EXPECT_EQ(say("FormatNumber", {1e20, 0}), "String 100,000,000,000,000,000,000");
  EXPECT_EQ(say("FormatNumber", {1e-9, 3}), "String 0.000");
  EXPECT_EQ(say("FormatNumber", {"12", 1}), "String 12.0");
  EXPECT_EQ(say("FormatNumber", {kEmpty}), "String 0.00");
  EXPECT_EQ(say("FormatNumber", {0, 0, 0}), "String 0");
  EXPECT_EQ(say("FormatNumber", {1, -2}), "error 5");
  EXPECT_EQ(say("FormatNumber", {1, 2, 7}), "error 5");
  EXPECT_EQ(say("FormatNumber", {"x"}), "error 13");
  EXPECT_EQ(say("FormatNumber", {1.5, kOmitted, kOmitted, kOmitted, 0}), "String 1.50");
}

TEST_F(NumberFunctions, FormatCurrencyAndPercent) {
  EXPECT_EQ(say("FormatCurrency", {1234.5}), "String $1,234.50");
  EXPECT_EQ(say("FormatCurrency", {-1234.5}), "String ($1,234.50)");
  EXPECT_EQ(say("FormatCurrency", {-1, 0, -2, 0}), "String -$1");
  EXPECT_EQ(say("FormatCurrency", {Variant::currency(9'223'372'036'854'775'807)}), "String $922,337,203,685,477.58");
  EXPECT_EQ(say("FormatPercent", {0.12345}), "String 12.35%");
  EXPECT_EQ(say("FormatPercent", {2, 0}), "String 200%");
  EXPECT_EQ(say("FormatPercent", {-0.5, 0, -2, -1}), "String (50%)");
  EXPECT_EQ(say("FormatPercent", {0.001, 1, 0}), "String .1%");
}

TEST_F(NumberFunctions, FormatsOfLocales) {
  library.locale = "de-DE";
  EXPECT_EQ(say("FormatNumber", {1234.5}), "String 1.234,50");
  EXPECT_EQ(say("FormatCurrency", {-1234.5}), "String -1.234,50 \xE2\x82\xAC");
  library.locale = "en-GB";
  EXPECT_EQ(say("FormatCurrency", {-1234.5}),
            "String -\xC2\xA3"
            "1,234.50");
}

}  // namespace
}  // namespace script::vbscript::testing
