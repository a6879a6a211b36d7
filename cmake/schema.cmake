# owmi_schema: every schema/**/*.mof inside the program, so that it needs no files at run time. API: schema/embedded.h.

set(generated ${CMAKE_BINARY_DIR}/generated)
configure_file(${CMAKE_SOURCE_DIR}/cmake/embedded.h ${generated}/schema/embedded.h COPYONLY)
file(GLOB_RECURSE mof_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/schema/*.mof ${CMAKE_SOURCE_DIR}/schema/*.mfl)
add_custom_command(
  OUTPUT ${generated}/schema/embedded.cc
  COMMAND ${CMAKE_COMMAND} -DROOT=${CMAKE_SOURCE_DIR}/schema -DOUT=${generated}/schema/embedded.cc
          -P ${CMAKE_SOURCE_DIR}/cmake/embed_schema.cmake
  DEPENDS ${mof_files} ${CMAKE_SOURCE_DIR}/cmake/embed_schema.cmake
  COMMENT "Embedding the schema")
add_library(owmi_schema STATIC ${generated}/schema/embedded.cc)
target_link_libraries(owmi_schema PUBLIC owmi_common)
target_include_directories(owmi_schema PUBLIC ${generated})
target_compile_definitions(owmi_schema PUBLIC OWMI_SCHEMA_DIR="${CMAKE_SOURCE_DIR}/schema")
