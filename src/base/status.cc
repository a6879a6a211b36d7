#include "base/status.h"

#include <fmt/format.h>

namespace base {

std::string Status::to_string() const {
  const std::string_view name = hresult_name(code_);
  const std::string_view text = text_.empty() ? hresult_text(code_) : std::string_view(text_);
  std::string out = fmt::format("0x{:08X}", static_cast<std::uint32_t>(code_));
  if (!name.empty()) out.append(" ").append(name);
  if (!text.empty()) out.append(": ").append(text);
  return out;
}

}  // namespace base
