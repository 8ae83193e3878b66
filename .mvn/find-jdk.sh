# Sourced by mvnw and framepack: leaves JAVA_HOME at a JDK 25.0.3 or newer, or ends with one clear line.
# 25.0.0-25.0.2 are refused because G1 there may move pinned arrays (JDK-8377811).

framepack_jdk_version() { # prints JAVA_VERSION of the JDK at $1, nothing if there is none
  [ -x "$1/bin/javac" ] && [ -f "$1/release" ] && sed -n 's/^JAVA_VERSION="\(.*\)"$/\1/p' "$1/release"
}

framepack_jdk_fits() { # is version $1 in [25.0.3, 26)?
  case "$1" in
    25.0.[0-2] | 25.0.[0-2].* | 25 | 25.0) return 1 ;;
    25.*) return 0 ;;
    *) return 1 ;;
  esac
}

framepack_find_jdk() {
  if [ -n "${FRAMEPACK_JAVA_HOME:-}" ]; then # asked for by name: this one or none
    framepack_version=$(framepack_jdk_version "$FRAMEPACK_JAVA_HOME") || true
    if framepack_jdk_fits "$framepack_version"; then
      JAVA_HOME=$FRAMEPACK_JAVA_HOME
      export JAVA_HOME
      return 0
    fi
    echo "framepack: FRAMEPACK_JAVA_HOME=$FRAMEPACK_JAVA_HOME: expected JDK 25.0.3 or newer (below 26), found ${framepack_version:-no JDK}; set it to a fitting one or unset it" >&2
    return 1
  fi
  framepack_seen=""
  framepack_path_java=$(command -v javac 2>/dev/null || true)
  [ -n "$framepack_path_java" ] && framepack_path_java=$(readlink -f "$framepack_path_java" 2>/dev/null || echo "$framepack_path_java")
  for framepack_home in \
    "${JAVA_HOME:-}" "${framepack_path_java%/bin/javac}" \
    /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$framepack_home" ] || continue
    framepack_version=$(framepack_jdk_version "$framepack_home") || true
    [ -n "$framepack_version" ] || continue
    if framepack_jdk_fits "$framepack_version"; then
      JAVA_HOME=$framepack_home
      export JAVA_HOME
      return 0
    fi
    case "$framepack_seen" in
      *"($framepack_home)"*) ;;
      *) framepack_seen="$framepack_seen $framepack_version($framepack_home)" ;;
    esac
  done
  if [ -n "$framepack_seen" ]; then
    echo "framepack: no JDK 25.0.3 or newer (below 26) found, only:$framepack_seen; install one or set FRAMEPACK_JAVA_HOME to it" >&2
  else
    echo "framepack: no JDK found; install JDK 25.0.3 or newer (below 26), or set FRAMEPACK_JAVA_HOME to it" >&2
  fi
  return 1
}

framepack_find_jdk || exit 1
