# Eigenflow::Lapack: LAPACKE over OpenBLAS, called directly (Debian: liblapacke-dev, libopenblas-dev).
find_path(EIGENFLOW_LAPACKE_INCLUDE lapacke.h)
find_library(EIGENFLOW_LAPACKE_LIBRARY lapacke)
find_library(EIGENFLOW_OPENBLAS_LIBRARY openblas)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(EigenflowLapack
  REQUIRED_VARS EIGENFLOW_LAPACKE_LIBRARY EIGENFLOW_OPENBLAS_LIBRARY EIGENFLOW_LAPACKE_INCLUDE)
if(EigenflowLapack_FOUND AND NOT TARGET Eigenflow::Lapack)
  add_library(Eigenflow::Lapack INTERFACE IMPORTED)
  target_include_directories(Eigenflow::Lapack INTERFACE ${EIGENFLOW_LAPACKE_INCLUDE})
  target_link_libraries(Eigenflow::Lapack INTERFACE ${EIGENFLOW_LAPACKE_LIBRARY} ${EIGENFLOW_OPENBLAS_LIBRARY})
endif()
