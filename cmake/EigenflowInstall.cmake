# cmake --install, and find_package(eigenflow) for those who use it.
include_guard(GLOBAL)
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
get_property(libraries GLOBAL PROPERTY EIGENFLOW_LIBRARIES)
# The program stays out of the export set: eigenflow::eigenflow there is the library.
install(TARGETS eigenflow)
install(TARGETS ${libraries} eigenflow_all EXPORT eigenflow-targets)
install(DIRECTORY include/eigenflow DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT eigenflow-targets NAMESPACE eigenflow:: FILE eigenflow-targets.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/eigenflow)
configure_package_config_file(cmake/eigenflow-config.cmake.in ${PROJECT_BINARY_DIR}/eigenflow-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/eigenflow)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/eigenflow-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/eigenflow-config.cmake ${PROJECT_BINARY_DIR}/eigenflow-config-version.cmake
              cmake/FindEigenflowLapack.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/eigenflow)
