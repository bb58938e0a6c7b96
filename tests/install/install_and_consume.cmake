# Installs the build into a prefix of its own, builds the example against it with find_package, and compares what it
# prints with the example built in the tree.
function(step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(failed)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}: ${failed}\n${text}")
  endif()
endfunction()
function(output_of program text)
  execute_process(COMMAND ${program} OUTPUT_VARIABLE printed ERROR_VARIABLE errors RESULT_VARIABLE failed)
  if(failed OR printed STREQUAL "")
    message(FATAL_ERROR "${program}: ${failed}\n${printed}${errors}")
  endif()
  set(${text} "${printed}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
# A prefix that was moved after installing: nothing in it may know where it was.
step(${CMAKE_COMMAND} --install ${BUILD} --prefix ${SCRATCH}/installed)
file(RENAME ${SCRATCH}/installed ${SCRATCH}/moved)

step(${CMAKE_COMMAND} -S ${CONSUMER} -B ${SCRATCH}/build -G ${GENERATOR}
     -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}
     -DCMAKE_BUILD_TYPE=${BUILD_TYPE} -DCMAKE_CXX_FLAGS=${CXX_FLAGS} -DCMAKE_EXE_LINKER_FLAGS=${LINKER_FLAGS}
     -DCMAKE_PREFIX_PATH=${SCRATCH}/moved -DINSTALLED_HEADERS=${SCRATCH}/moved/include
     -DEXAMPLE=${EXAMPLE} -DEXPECTED_VERSION=${VERSION})
step(${CMAKE_COMMAND} --build ${SCRATCH}/build)

output_of(${IN_TREE} in_tree)
output_of(${SCRATCH}/build/consumer consumed)
if(NOT consumed STREQUAL in_tree)
  message(FATAL_ERROR "In the tree:\n${in_tree}From the installation:\n${consumed}")
endif()
step(${SCRATCH}/build/part)
output_of("${SCRATCH}/moved/bin/eigenflow;--version" version)
if(NOT version MATCHES "${VERSION}")
  message(FATAL_ERROR "The installed program says ${version}, not ${VERSION}")
endif()
file(REMOVE_RECURSE ${SCRATCH})
