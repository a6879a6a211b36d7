// The constants of the language: colours are Long, other numbers Integer where they fit.
#include "script/vbscript/library_support.h"

namespace script::vbscript {
namespace {

struct Number {
  std::u16string_view name;
  std::int32_t value;
};

constexpr Number kColours[] = {
    {u"vbBlack", 0},       {u"vbRed", 0xFF},         {u"vbGreen", 0xFF00},  {u"vbYellow", 0xFFFF},
    {u"vbBlue", 0xFF0000}, {u"vbMagenta", 0xFF00FF}, {u"vbCyan", 0xFFFF00}, {u"vbWhite", 0xFFFFFF},
};

constexpr Number kNumbers[] = {
    {u"vbBinaryCompare", 0},
    {u"vbTextCompare", 1},
    {u"vbDatabaseCompare", 2},
    // Days and weeks
    {u"vbUseSystemDayOfWeek", 0},
    {u"vbSunday", 1},
    {u"vbMonday", 2},
    {u"vbTuesday", 3},
    {u"vbWednesday", 4},
    {u"vbThursday", 5},
    {u"vbFriday", 6},
    {u"vbSaturday", 7},
    {u"vbUseSystem", 0},
    {u"vbFirstJan1", 1},
    {u"vbFirstFourDays", 2},
    {u"vbFirstFullWeek", 3},
    // Forms of dates
    {u"vbGeneralDate", 0},
    {u"vbLongDate", 1},
    {u"vbShortDate", 2},
    {u"vbLongTime", 3},
    {u"vbShortTime", 4},
    {u"vbTrue", -1},
    {u"vbFalse", 0},
    {u"vbUseDefault", -2},
    // Errors
    {u"vbObjectError", static_cast<std::int32_t>(0x80040000)},
    // Message boxes: buttons, icons, answers
    {u"vbOKOnly", 0},
    {u"vbOKCancel", 1},
    {u"vbAbortRetryIgnore", 2},
    {u"vbYesNoCancel", 3},
    {u"vbYesNo", 4},
    {u"vbRetryCancel", 5},
    {u"vbCritical", 16},
    {u"vbQuestion", 32},
    {u"vbExclamation", 48},
    {u"vbInformation", 64},
    {u"vbDefaultButton1", 0},
    {u"vbDefaultButton2", 256},
    {u"vbDefaultButton3", 512},
    {u"vbDefaultButton4", 768},
    {u"vbApplicationModal", 0},
    {u"vbSystemModal", 4096},
    {u"vbMsgBoxHelpButton", 16384},
    {u"vbMsgBoxSetForeground", 65536},
    {u"vbMsgBoxRight", 524288},
    {u"vbMsgBoxRtlReading", 1048576},
    {u"vbOK", 1},
    {u"vbCancel", 2},
    {u"vbAbort", 3},
    {u"vbRetry", 4},
    {u"vbIgnore", 5},
    {u"vbYes", 6},
    {u"vbNo", 7},
    // VarType
    {u"vbEmpty", 0},
    {u"vbNull", 1},
    {u"vbInteger", 2},
    {u"vbLong", 3},
    {u"vbSingle", 4},
    {u"vbDouble", 5},
    {u"vbCurrency", 6},
    {u"vbDate", 7},
    {u"vbString", 8},
    {u"vbObject", 9},
    {u"vbError", 10},
    {u"vbBoolean", 11},
    {u"vbVariant", 12},
    {u"vbDataObject", 13},
    {u"vbDecimal", 14},
    {u"vbByte", 17},
    {u"vbArray", 8192},
};

struct Chars {
  std::u16string_view name;
  std::u16string_view value;
};

constexpr Chars kTexts[] = {
    {u"vbCr", u"\r"},       {u"vbCrLf", u"\r\n"},   {u"vbNewLine", u"\r\n"},
    {u"vbLf", u"\n"},       {u"vbFormFeed", u"\f"}, {u"vbNullChar", std::u16string_view(u"\0", 1)},
    {u"vbNullString", u""}, {u"vbTab", u"\t"},      {u"vbVerticalTab", u"\v"},
};

}  // namespace

const std::vector<BuiltinConstant>& builtin_constants() {
  thread_local const std::vector<BuiltinConstant> all = [] {  // texts belong to one thread
    std::vector<BuiltinConstant> made;
    for (const Number& row : kColours) made.push_back({row.name, Variant::int32(row.value)});
    for (const Number& row : kNumbers) {
      const bool narrow = row.value >= -32768 && row.value <= 32767;
      made.push_back({row.name, narrow ? int16_of(row.value) : int32_of(row.value)});
    }
    for (const Chars& row : kTexts) made.push_back({row.name, text_of(row.value)});
    return made;
  }();
  return all;
}

}  // namespace script::vbscript
