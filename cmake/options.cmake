# Language, warnings, sanitizers, ccache and the shared precompiled header: target owmi_common, which everything links.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_SANITIZE "-O1 -g1 -fno-omit-frame-pointer")

set(OWMI_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize= (address,undefined or thread)")
option(OWMI_FUZZ "Build the fuzz targets with libFuzzer (clang only)" OFF)
option(OWMI_CCACHE "Compile through ccache when it is installed" ON)

find_program(OWMI_CCACHE_PROGRAM ccache)
if(OWMI_CCACHE AND OWMI_CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      ${OWMI_CCACHE_PROGRAM})
endif()

add_library(owmi_common INTERFACE)
target_include_directories(owmi_common INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include)
target_compile_options(owmi_common INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wunused
  -Wimplicit-fallthrough -Wextra-semi -Wvla -Wformat=2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(owmi_common INTERFACE
    -fpch-preprocess -Winvalid-pch -Wduplicated-cond -Wlogical-op
    -Wno-missing-field-initializers)
  # g++ 12 reports these falsely in the standard library when it optimises.
  target_compile_options(owmi_common INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds
    -Wno-stringop-overread -Wno-dangling-pointer)
else()
  target_compile_options(owmi_common INTERFACE "SHELL:-Xclang -fno-pch-timestamp" -Wno-missing-field-initializers)
endif()

if(OWMI_FUZZ)
  set(sanitize fuzzer-no-link,address,undefined)
else()
  set(sanitize ${OWMI_SANITIZE})
endif()
if(sanitize)
  target_compile_options(owmi_common INTERFACE -fsanitize=${sanitize} -fno-sanitize-recover=all)
  target_link_options(owmi_common INTERFACE -fsanitize=${sanitize})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(owmi_common INTERFACE -Wno-tsan)
  endif()
endif()
