# version_information.hpp: project version, git revision and dirty flag, compiler. Refreshed at every build, and only
# rewritten when something changed, so that an unchanged tree compiles nothing.
include_guard(GLOBAL)
set(version_dir ${PROJECT_BINARY_DIR}/generated)
add_custom_target(eigenflow_version_header
  COMMAND ${CMAKE_COMMAND}
    -DSOURCE=${PROJECT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
    "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
    "-DBUILD=${CMAKE_BUILD_TYPE}" -DNATIVE=${EIGENFLOW_NATIVE}
    -DOUT=${version_dir}/version_information.hpp
    -P ${CMAKE_CURRENT_LIST_DIR}/write_version.cmake
  BYPRODUCTS ${version_dir}/version_information.hpp
  VERBATIM)
add_library(eigenflow_version INTERFACE)
target_include_directories(eigenflow_version INTERFACE ${version_dir})
add_dependencies(eigenflow_version eigenflow_version_header)
