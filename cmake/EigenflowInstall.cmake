# cmake --install, and find_package(eigenflow) for those who use it.
include_guard(GLOBAL)
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
get_property(libraries GLOBAL PROPERTY EIGENFLOW_LIBRARIES)
# The program stays out of the export set: eigenflow::eigenflow there is the library.
install(TARGETS eigenflow COMPONENT program)
install(TARGETS ${libraries} eigenflow_all EXPORT eigenflow-targets COMPONENT development)
install(DIRECTORY include/eigenflow DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
install(EXPORT eigenflow-targets NAMESPACE eigenflow:: FILE eigenflow-targets.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/eigenflow COMPONENT development)
configure_package_config_file(cmake/eigenflow-config.cmake.in ${PROJECT_BINARY_DIR}/eigenflow-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/eigenflow)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/eigenflow-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/eigenflow-config.cmake ${PROJECT_BINARY_DIR}/eigenflow-config-version.cmake
              cmake/FindEigenflowLapack.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/eigenflow COMPONENT development)

# Man page and completion come from the program's own tree of options. Debian wants man pages and changelogs compressed,
# without a name or a time in them, so that the same build makes the same bytes.
find_program(gzip_program gzip REQUIRED)
mark_as_advanced(gzip_program)
if(NOT CMAKE_CROSSCOMPILING)
  set(man_page ${PROJECT_BINARY_DIR}/eigenflow.1)
  set(completion ${PROJECT_BINARY_DIR}/completion/eigenflow)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/completion)
  add_custom_command(OUTPUT ${man_page}.gz ${completion}
    COMMAND eigenflow manual > ${man_page}
    COMMAND ${gzip_program} -9nf ${man_page}
    COMMAND eigenflow completion > ${completion}
    DEPENDS eigenflow)
  add_custom_target(eigenflow_manual ALL DEPENDS ${man_page}.gz ${completion})
  install(FILES ${man_page}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
  install(FILES ${completion} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
endif()
set(changelog ${PROJECT_BINARY_DIR}/changelog.gz)
add_custom_command(OUTPUT ${changelog}
  COMMAND ${gzip_program} -9nc ${PROJECT_SOURCE_DIR}/CHANGELOG.md > ${changelog}
  DEPENDS CHANGELOG.md)
add_custom_target(eigenflow_changelog ALL DEPENDS ${changelog})
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/eigenflow COMPONENT program)
install(FILES CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
# cmake/copyright has the notices of all that is compiled in, and LICENSE; Debian looks for both files by the package.
set(development_docs ${CMAKE_INSTALL_DATAROOTDIR}/doc/libeigenflow-dev)
install(FILES cmake/copyright ${changelog} DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(FILES cmake/copyright ${changelog} DESTINATION ${development_docs} COMPONENT development)

if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()
# Debian's changelog is of packages, not of programs.
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
if(EIGENFLOW_NATIVE)
  string(APPEND CPACK_DEBIAN_PACKAGE_RELEASE "~native")  # for this kind of processor alone, and newer ones
endif()
# There is no address yet, and dpkg wants one: RFC 2606 keeps .invalid for names that must never be anyone's.
set(CPACK_PACKAGE_CONTACT "The eigenflow developers <eigenflow@developers.invalid>")
string(TIMESTAMP configured "%a, %d %b %Y %H:%M:%S +0000" UTC)  # or SOURCE_DATE_EPOCH
set(releases ${PROJECT_BINARY_DIR}/changelog.Debian)
file(WRITE ${releases} "eigenflow (${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=low\n\n"
  "  * Made by cpack; changelog.gz tells what changed.\n\n -- ${CPACK_PACKAGE_CONTACT}  ${configured}\n")
execute_process(COMMAND ${gzip_program} -9nf ${releases} COMMAND_ERROR_IS_FATAL ANY)
install(FILES ${releases}.gz DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(FILES ${releases}.gz DESTINATION ${development_docs} COMPONENT development)

# cpack: eigenflow_*.deb, and libeigenflow-dev_*.deb with the libraries and headers.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME eigenflow)
set(CPACK_PACKAGE_VENDOR eigenflow)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # cpack would put the project's before the packages' own
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME eigenflow)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "how linear diffusion models learn, mode by mode
Simulates the training of linear diffusion models from a scenario in TOML:
spectra of data, gradient flow of the weights, variance of the samples, the
time at which each mode emerges, and the power law of these times. Measures
the same of the samples of trained networks. Results are CSV files.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libeigenflow-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "learning of linear diffusion models (C++ libraries and headers)
Static libraries, headers of C++20 and what find_package(eigenflow) reads, for
programs that compute with spectra, architectures, objectives, gradient flow,
emergence times and power laws as the program eigenflow does.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "libeigen3-dev, libboost-dev, libsundials-dev, libceres-dev, libfmt-dev, libopenblas-dev, liblapacke-dev, libtomlplusplus-dev, nlohmann-json3-dev, libfccp-dev, libspectra-dev")
include(CPack)
