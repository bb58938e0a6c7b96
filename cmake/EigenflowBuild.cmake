# How every target is compiled, and one CMake library per folder of the pipeline.
include_guard(GLOBAL)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

add_library(eigenflow_build INTERFACE)
target_compile_options(eigenflow_build INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
  # GCC 12's own AVX-512 intrinsics trip this warning (GCC bug 105593) wherever Eigen uses them.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  # It also sees bad bounds in its own std::string (GCC bug 105651), more so behind precompiled headers.
  "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overread;-Wno-stringop-overflow>"
  # Collecting its garbage from 128 MB on takes it a quarter of the time behind precompiled headers.
  $<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=524288>
  # Contraction to fused multiply-adds would differ between a vectorised loop and its remainder, and with it the bits of
  # a mode by its place in a block. Where it pays it is written out.
  -ffp-contract=off
  $<$<BOOL:${EIGENFLOW_NATIVE}>:-march=native>)

# Code that no run spends its time in (front end, tests) compiles in half the time at -O1. GCC 12 then warns of its own
# AVX-512 intrinsics, as above.
add_library(eigenflow_cold INTERFACE)
target_compile_options(eigenflow_cold INTERFACE
  $<$<CONFIG:Release>:-O1> $<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized>)

# Library and program where lines are counted, by threads too; tests stay as they are in a release build. -O1, since
# lines that the optimiser has joined can't be told apart, with the warning above.
add_library(eigenflow_counted INTERFACE)
if(EIGENFLOW_COVERAGE)
  target_compile_options(eigenflow_counted INTERFACE --coverage -fprofile-update=atomic -O1 -Wno-uninitialized)
  add_link_options(--coverage)
endif()

# eigenflow_library(<folder> PUBLIC <folders it may see> PRIVATE <third-party targets> PRECOMPILED <headers>)
# Headers in include/eigenflow/<folder>; bodies in src/<folder>, for `analysis` in the top-level analysis/.
function(eigenflow_library folder)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE;PRECOMPILED" ${ARGN})
  set(bodies src/${folder})
  if(folder STREQUAL "analysis")
    set(bodies analysis)
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${bodies}/*.cpp)
  set(target eigenflow_${folder})
  if(EIGENFLOW_PREBUILT AND sources AND NOT folder IN_LIST eigenflow_readers)
    add_library(${target} STATIC IMPORTED GLOBAL)
    set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${EIGENFLOW_PREBUILT}/lib${target}.a)
    set(scope INTERFACE)
    foreach(hidden IN LISTS ARG_PRIVATE)
      target_link_libraries(${target} INTERFACE $<LINK_ONLY:${hidden}>)
    endforeach()
  elseif(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:eigenflow_build> $<BUILD_INTERFACE:eigenflow_counted>)
    # Third-party headers are not ours to warn about.
    target_link_libraries(${target} PRIVATE ${ARG_PRIVATE})
    target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/${bodies})
    if(ARG_PRECOMPILED)
      target_precompile_headers(${target} PRIVATE ${ARG_PRECOMPILED})
    endif()
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_compile_features(${target} ${scope} cxx_std_20)
  target_include_directories(${target} ${scope}
    $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
  foreach(seen IN LISTS ARG_PUBLIC)
    target_link_libraries(${target} ${scope} eigenflow_${seen})
  endforeach()
  if(NOT EIGENFLOW_WITH_THREADS)
    target_compile_definitions(${target} ${scope} EIGENFLOW_THREADS=0)
  endif()
  add_library(eigenflow::${folder} ALIAS ${target})
  if(NOT EIGENFLOW_PREBUILT)
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${folder})
  endif()
  set_property(GLOBAL APPEND PROPERTY EIGENFLOW_LIBRARIES ${target})
endfunction()
