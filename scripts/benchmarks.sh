# Builds and runs jmh-benchmarks; sourced by scripts/jmh, scripts/jit-luck, scripts/layouts, scripts/time-to-hot and scripts/cold-start,
# which are bash and set root.
. "$root/scripts/find-jdk.sh"
find_jdk || {
    echo "$(basename "$0"): a JDK 25 or newer is needed; get one from https://adoptium.net" >&2
    exit 1
}

# build_benchmarks [MAVEN OPTIONS]
build_benchmarks() {
    (cd "$root" && rm -rf jmh-benchmarks/target/lib &&
        JAVA_HOME=$jdk mvn -B -q "$@" -pl jmh-benchmarks -am package -DskipTests >&2)
}

# run_benchmarks MAIN_CLASS [ARGUMENTS]: under the flags of config/jvm.args. Jars only, which a cache of classes needs.
run_benchmarks() {
    exec "$jdk/bin/java" "@$root/config/jvm.args" -cp "$root/jmh-benchmarks/target/*:$root/jmh-benchmarks/target/lib/*" "$@"
}
