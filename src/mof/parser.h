// MOF text -> declarations (DSP0004's grammar in Windows' dialect). Hand-written recursive descent without copies of the text.
#pragma once

#include "mof/ast.h"
#include "mof/diagnostic.h"
#include "mof/source.h"

namespace mof {

/// Parses a text with its includes (`loader` null: an include is an error). The first error ends it: it is the Status returned, and the
/// last entry of `diagnostics`; warnings (unknown pragmas) come before. Errors: WBEMMOF_E_*. Checks grammar alone; see check.h.
base::Result<Unit> parse(Source source, SourceLoader* loader, Diagnostics& diagnostics);

/// The same for a text without includes.
base::Result<Unit> parse_text(std::string name, std::string text, Diagnostics& diagnostics);

/// `\\server\root\x`, `root\x` or `//./root/x` into its parts. False when it is none; server is empty for "." and none.
bool split_namespace(std::string_view text, std::string& server, std::string& name_space);

/// The cim::flag bits of "createonly", "updateonly", "safeupdate", "forceupdate" (the last two for classes only); 0 for another word.
std::uint32_t flag_of_word(std::string_view word, bool instances);

/// "MS_409": letters MS, an underscore, a hexadecimal number.
bool is_locale_name(std::string_view text);

}  // namespace mof
