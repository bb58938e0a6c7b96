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

# Man page and completion come from the program's own tree of options.
if(NOT CMAKE_CROSSCOMPILING)
  set(man_page ${PROJECT_BINARY_DIR}/eigenflow.1)
  set(completion ${PROJECT_BINARY_DIR}/completion/eigenflow)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/completion)
  add_custom_command(OUTPUT ${man_page} ${completion}
    COMMAND eigenflow manual > ${man_page}
    COMMAND eigenflow completion > ${completion}
    DEPENDS eigenflow)
  add_custom_target(eigenflow_manual ALL DEPENDS ${man_page} ${completion})
  install(FILES ${man_page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
  install(FILES ${completion} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
endif()
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/eigenflow COMPONENT program)
install(FILES LICENSE CITATION.cff CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)

if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()
# cpack: eigenflow_*.deb, and libeigenflow-dev_*.deb with the libraries and headers.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME eigenflow)
set(CPACK_PACKAGE_CONTACT "the eigenflow developers <eigenflow@localhost>")
set(CPACK_PACKAGE_VENDOR eigenflow)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "how linear diffusion models learn, mode by mode")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME eigenflow)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libeigenflow-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "libeigen3-dev, libboost-dev, libsundials-dev, libceres-dev, libfmt-dev, libopenblas-dev, liblapacke-dev, libtomlplusplus-dev, nlohmann-json3-dev, libfccp-dev, libspectra-dev")
include(CPack)
