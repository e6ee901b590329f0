package io.tharsis.golden;

import io.tharsis.Tensor;
import io.tharsis.Tensors;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** The functions that {@link RandomGraph} calls, by name and in a fixed order. */
final class RandomFunctions {
    /** A reduction over axes. */
    @FunctionalInterface
    interface Reduction {
        Tensor apply(Tensor x, boolean keepdims, int... axes);
    }

    /** A function along an axis. */
    @FunctionalInterface
    interface Along {
        Tensor apply(Tensor x, int axis);
    }

    static final Map<String, UnaryOperator<Tensor>> UNARY =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("abs", Tensors::abs),
                            Map.entry("negative", Tensors::negative),
                            Map.entry("sqrt", Tensors::sqrt),
                            Map.entry("square", Tensors::square),
                            Map.entry("sign", Tensors::sign),
                            Map.entry("floor", Tensors::floor),
                            Map.entry("rint", Tensors::rint),
                            Map.entry("reciprocal", Tensors::reciprocal),
                            Map.entry("logicalNot", Tensors::logicalNot),
                            Map.entry("invert", Tensors::invert),
                            Map.entry("isnan", Tensors::isnan),
                            Map.entry("isfinite", Tensors::isfinite),
                            Map.entry("signbit", Tensors::signbit),
                            Map.entry("nanToNum", Tensors::nanToNum),
                            Map.entry("exp", Tensors::exp),
                            Map.entry("log", Tensors::log),
                            Map.entry("sin", Tensors::sin),
                            Map.entry("tanh", Tensors::tanh),
                            Map.entry("atan", Tensors::atan),
                            Map.entry("cbrt", Tensors::cbrt),
                            Map.entry("sigmoid", Tensors::sigmoid),
                            Map.entry("log1p", Tensors::log1p)));

    static final Map<String, BinaryOperator<Tensor>> BINARY =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("add", Tensors::add),
                            Map.entry("subtract", Tensors::subtract),
                            Map.entry("multiply", Tensors::multiply),
                            Map.entry("divide", Tensors::divide),
                            Map.entry("floorDivide", Tensors::floorDivide),
                            Map.entry("mod", Tensors::mod),
                            Map.entry("fmod", Tensors::fmod),
                            Map.entry("maximum", Tensors::maximum),
                            Map.entry("fmin", Tensors::fmin),
                            Map.entry("power", Tensors::power),
                            Map.entry("atan2", Tensors::atan2),
                            Map.entry("hypot", Tensors::hypot),
                            Map.entry("less", Tensors::less),
                            Map.entry("equal", Tensors::equal),
                            Map.entry("greaterEqual", Tensors::greaterEqual),
                            Map.entry("logicalXor", Tensors::logicalXor),
                            Map.entry("bitwiseAnd", Tensors::bitwiseAnd),
                            Map.entry("leftShift", Tensors::leftShift),
                            Map.entry("rightShift", Tensors::rightShift),
                            Map.entry("copysign", Tensors::copysign),
                            Map.entry("nextafter", Tensors::nextafter),
                            Map.entry("isclose", Tensors::isclose)));

    static final Map<String, Reduction> REDUCTIONS =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("sum", Tensors::sum),
                            Map.entry("prod", Tensors::prod),
                            Map.entry("min", Tensors::min),
                            Map.entry("max", Tensors::max),
                            Map.entry("mean", Tensors::mean),
                            Map.entry("any", Tensors::any),
                            Map.entry("all", Tensors::all),
                            Map.entry("countNonzero", Tensors::countNonzero),
                            Map.entry("nansum", Tensors::nansum),
                            Map.entry("nanmax", Tensors::nanmax),
                            Map.entry(
                                    "var",
                                    (x, keepdims, axes) -> Tensors.var(x, 0, keepdims, axes)),
                            Map.entry(
                                    "std",
                                    (x, keepdims, axes) -> Tensors.std(x, 1, keepdims, axes)),
                            Map.entry("logSumExp", Tensors::logSumExp)));

    static final Map<String, Along> ORDERS =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("cumsum", Tensors::cumsum),
                            Map.entry("cumprod", Tensors::cumprod),
                            Map.entry("sort", Tensors::sort),
                            Map.entry("argsort", Tensors::argsort),
                            Map.entry("argmax", Tensors::argmax),
                            Map.entry("argmin", Tensors::argmin),
                            Map.entry("softmax", Tensors::softmax),
                            Map.entry("median", Tensors::median),
                            Map.entry("diff", (x, axis) -> Tensors.diff(x, 1, axis)),
                            Map.entry("unique", (x, axis) -> Tensors.unique(x)),
                            Map.entry("uniqueInverse", (x, axis) -> Tensors.uniqueInverse(x))));

    private RandomFunctions() {}
}
