execute_process(COMMAND git -C ${SOURCE} rev-parse --short=12 HEAD
                OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(revision "unknown")
  set(dirty false)
else()
  execute_process(COMMAND git -C ${SOURCE} status --porcelain --untracked-files=no OUTPUT_VARIABLE changes ERROR_QUIET)
  if(changes STREQUAL "")
    set(dirty false)
  else()
    set(dirty true)
  endif()
endif()
set(libraries "")
foreach(library IN LISTS LIBRARIES)
  string(REPLACE " " "\", \"" pair "${library}")
  string(APPEND libraries "    Library{\"${pair}\"},\n")
endforeach()
set(text "#pragma once

#include <array>

namespace eigenflow::version {

inline constexpr const char* number = \"${VERSION}\";
inline constexpr const char* git_revision = \"${revision}\";
inline constexpr bool git_dirty = ${dirty};
inline constexpr const char* compiler = \"${COMPILER}\";
inline constexpr const char* build_type = \"${BUILD}\";
inline constexpr bool native = ${NATIVE};

struct Library {
    const char* name;
    const char* number;
};
inline constexpr std::array libraries = {
${libraries}};

}  // namespace eigenflow::version
")
string(REPLACE "native = ON" "native = true" text "${text}")
string(REPLACE "native = OFF" "native = false" text "${text}")
set(old "")
if(EXISTS ${OUT})
  file(READ ${OUT} old)
endif()
if(NOT old STREQUAL text)
  file(WRITE ${OUT} "${text}")
endif()
