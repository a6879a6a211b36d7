# Writes OUT, a C++ source that holds every MOF file under ROOT. Run with cmake -P.
file(GLOB_RECURSE paths RELATIVE ${ROOT} ${ROOT}/*.mof ${ROOT}/*.mfl)
list(SORT paths)
set(entries "")
file(WRITE ${OUT}.new "#include \"schema/embedded.h\"\n\n#include <array>\n\nnamespace schema {\nnamespace {\n")
set(number 0)
foreach(path IN LISTS paths)
  file(READ ${ROOT}/${path} text)
  file(APPEND ${OUT}.new "constexpr std::string_view kText${number} = R\"owmi_mof(${text})owmi_mof\";\n")
  string(APPEND entries "    EmbeddedFile{\"${path}\", kText${number}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(APPEND ${OUT}.new
  "constexpr std::array<EmbeddedFile, ${number}> kFiles = {\n${entries}};\n"
  "}  // namespace\n\nstd::span<const EmbeddedFile> files() { return kFiles; }\n\n}  // namespace schema\n")
file(RENAME ${OUT}.new ${OUT})
