# Eigenflow::Lapack: LAPACKE over OpenBLAS, called directly (Debian: liblapacke-dev, libopenblas-dev).
find_path(EIGENFLOW_LAPACKE_INCLUDE lapacke.h)
find_library(EIGENFLOW_LAPACKE_LIBRARY lapacke)
find_library(EIGENFLOW_OPENBLAS_LIBRARY openblas)
find_file(EIGENFLOW_OPENBLAS_CONFIG openblas_config.h PATH_SUFFIXES openblas-pthread)
if(EIGENFLOW_OPENBLAS_CONFIG)
  file(STRINGS ${EIGENFLOW_OPENBLAS_CONFIG} openblas_line REGEX "OPENBLAS_VERSION")
  string(REGEX MATCH "[0-9][0-9.]*" EigenflowLapack_VERSION "${openblas_line}")
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(EigenflowLapack
  REQUIRED_VARS EIGENFLOW_LAPACKE_LIBRARY EIGENFLOW_OPENBLAS_LIBRARY EIGENFLOW_LAPACKE_INCLUDE
  VERSION_VAR EigenflowLapack_VERSION)
if(EigenflowLapack_FOUND AND NOT TARGET Eigenflow::Lapack)
  add_library(Eigenflow::Lapack INTERFACE IMPORTED)
  target_include_directories(Eigenflow::Lapack INTERFACE ${EIGENFLOW_LAPACKE_INCLUDE})
  target_link_libraries(Eigenflow::Lapack INTERFACE ${EIGENFLOW_LAPACKE_LIBRARY} ${EIGENFLOW_OPENBLAS_LIBRARY})
endif()
