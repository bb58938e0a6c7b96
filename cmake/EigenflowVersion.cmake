# version_information.hpp: project version, git revision and dirty flag, compiler. Refreshed at every build, and only
# rewritten when something changed, so that an unchanged tree compiles nothing.
include_guard(GLOBAL)
# Spectra is headers only, and says its version in one of them.
find_file(SPECTRA_VERSION_HEADER Spectra/Util/Version.h REQUIRED)
file(STRINGS ${SPECTRA_VERSION_HEADER} spectra_lines REGEX "_(MAJOR|MINOR|PATCH)_VERSION [0-9]+")
string(REGEX REPLACE "[^;]*VERSION ([0-9]+)" "\\1" spectra_version "${spectra_lines}")
string(REPLACE ";" "." spectra_version "${spectra_version}")
# Names without blanks, a blank, the version that was found.
set(version_libraries
  "Eigen ${Eigen3_VERSION}" "Boost ${Boost_VERSION_STRING}" "Ceres ${Ceres_VERSION}" "fmt ${fmt_VERSION}"
  "CLI11 ${CLI11_VERSION}" "nlohmann-json ${nlohmann_json_VERSION}" "toml++ ${tomlplusplus_VERSION}"
  "OpenBLAS ${EigenflowLapack_VERSION}" "Spectra ${spectra_version}"
  "SUNDIALS ${SUNDIALS_VERSION}")
set(version_dir ${PROJECT_BINARY_DIR}/generated)
add_custom_target(eigenflow_version_header
  COMMAND ${CMAKE_COMMAND}
    -DSOURCE=${PROJECT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
    "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
    "-DBUILD=${CMAKE_BUILD_TYPE}" -DNATIVE=${EIGENFLOW_NATIVE}
    "-DLIBRARIES=${version_libraries}"
    -DOUT=${version_dir}/version_information.hpp
    -P ${CMAKE_CURRENT_LIST_DIR}/write_version.cmake
  BYPRODUCTS ${version_dir}/version_information.hpp
  VERBATIM)
add_library(eigenflow_version INTERFACE)
target_include_directories(eigenflow_version INTERFACE ${version_dir})
add_dependencies(eigenflow_version eigenflow_version_header)
