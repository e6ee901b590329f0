# Finds a JDK 25 or newer; sourced by ./tharsis, scripts/jmh and .ci/run, which are bash.

# Is there a JDK (with its compiler) of version 25 or newer in this folder? Reads its release file; starts no JVM.
is_jdk25() {
    local line version=
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
    if [ -r "$1/release" ]; then
        while IFS= read -r line; do
            case $line in JAVA_VERSION=*) version=${line#JAVA_VERSION=} ;; esac
        done <"$1/release"
    else
        version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*version //p')
    fi
    version=${version#\"}
    version=${version%%[!0-9]*}
    [ -n "$version" ] && [ "$version" -ge 25 ]
}

# Sets jdk to the folder of a JDK 25 or newer; fails if there is none. THARSIS_JDK_FOLDERS replaces the list of folders.
find_jdk() {
    local java folder folders
    if [ -n "${JAVA_HOME:-}" ] && is_jdk25 "$JAVA_HOME"; then
        jdk=$JAVA_HOME
        return
    fi
    if java=$(command -v java); then
        jdk=$(dirname "$(dirname "$(readlink -f "$java" || echo "$java")")")
        is_jdk25 "$jdk" && return
    fi
    IFS=: read -r -a folders <<<"${THARSIS_JDK_FOLDERS:-/usr/lib/jvm:/usr/java:/opt:/opt/java:${HOME:-}/.sdkman/candidates/java:${HOME:-}/.jdks:${HOME:-}/.jabba/jdk:/Library/Java/JavaVirtualMachines:${HOME:-}/Library/Java/JavaVirtualMachines:/opt/homebrew/opt:/usr/local/opt}"
    for folder in "${folders[@]}"; do
        for jdk in "$folder"/*/Contents/Home "$folder"/*/libexec/openjdk.jdk/Contents/Home "$folder"/*; do
            is_jdk25 "$jdk" && return
        done
    done
    jdk=
    return 1
}
