// Text as a terminal shows it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cli {

/// Columns of a terminal: 2 for East Asian wide characters and most emoji, 0 for combining ones, 1 for the others.
std::size_t display_width(char32_t code_point);
std::size_t display_width(std::string_view text);

/// Control characters (what could move the cursor or change colours included) as spaces; line feeds stay when `lines` is true.
std::string printable(std::string_view text, bool lines = false);

/// printable() on one line of at most `width` columns; what is cut ends in an ellipsis.
std::string clipped(std::string_view text, std::size_t width);

}  // namespace cli
