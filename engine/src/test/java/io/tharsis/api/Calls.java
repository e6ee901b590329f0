package io.tharsis.api;

import io.tharsis.Tensor;
import io.tharsis.Tensors;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** The element-wise functions by the names of the golden files. */
final class Calls {
    static final Map<String, UnaryOperator<Tensor>> UNARY = new HashMap<>();
    static final Map<String, Binary> BINARY = new HashMap<>();

    /**
     * A function of two tensors, and of a tensor and a scalar; null where there is no such
     * overload.
     */
    record Binary(BinaryOperator<Tensor> tensors, WithLong withLong, WithDouble withDouble) {}

    @FunctionalInterface
    interface WithLong {
        Tensor apply(Tensor a, long b);
    }

    @FunctionalInterface
    interface WithDouble {
        Tensor apply(Tensor a, double b);
    }

    private Calls() {}

    private static void binary(
            String name, BinaryOperator<Tensor> tensors, WithLong withLong, WithDouble withDouble) {
        BINARY.put(name, new Binary(tensors, withLong, withDouble));
    }

    static {
        UNARY.put("negative", Tensors::negative);
        UNARY.put("positive", Tensors::positive);
        UNARY.put("abs", Tensors::abs);
        UNARY.put("sign", Tensors::sign);
        UNARY.put("sqrt", Tensors::sqrt);
        UNARY.put("square", Tensors::square);
        UNARY.put("reciprocal", Tensors::reciprocal);
        UNARY.put("rint", Tensors::rint);
        UNARY.put("round", Tensors::round);
        UNARY.put("floor", Tensors::floor);
        UNARY.put("ceil", Tensors::ceil);
        UNARY.put("trunc", Tensors::trunc);
        UNARY.put("logicalNot", Tensors::logicalNot);
        UNARY.put("invert", Tensors::invert);
        UNARY.put("isnan", Tensors::isnan);
        UNARY.put("isinf", Tensors::isinf);
        UNARY.put("isfinite", Tensors::isfinite);
        UNARY.put("signbit", Tensors::signbit);
        UNARY.put("nanToNum", Tensors::nanToNum);
        UNARY.put("deg2rad", Tensors::deg2rad);
        UNARY.put("rad2deg", Tensors::rad2deg);
        UNARY.put("cbrt", Tensors::cbrt);
        UNARY.put("exp", Tensors::exp);
        UNARY.put("exp2", Tensors::exp2);
        UNARY.put("expm1", Tensors::expm1);
        UNARY.put("log", Tensors::log);
        UNARY.put("log2", Tensors::log2);
        UNARY.put("log10", Tensors::log10);
        UNARY.put("log1p", Tensors::log1p);
        UNARY.put("sin", Tensors::sin);
        UNARY.put("cos", Tensors::cos);
        UNARY.put("tan", Tensors::tan);
        UNARY.put("asin", Tensors::asin);
        UNARY.put("acos", Tensors::acos);
        UNARY.put("atan", Tensors::atan);
        UNARY.put("sinh", Tensors::sinh);
        UNARY.put("cosh", Tensors::cosh);
        UNARY.put("tanh", Tensors::tanh);
        UNARY.put("asinh", Tensors::asinh);
        UNARY.put("acosh", Tensors::acosh);
        UNARY.put("atanh", Tensors::atanh);
        UNARY.put("round2", a -> Tensors.round(a, 2));
        UNARY.put("roundTens", a -> Tensors.round(a, -1));
        binary("add", Tensors::add, Tensors::add, Tensors::add);
        binary("subtract", Tensors::subtract, Tensors::subtract, Tensors::subtract);
        binary("multiply", Tensors::multiply, Tensors::multiply, Tensors::multiply);
        binary("divide", Tensors::divide, Tensors::divide, Tensors::divide);
        binary("floorDivide", Tensors::floorDivide, Tensors::floorDivide, Tensors::floorDivide);
        binary("mod", Tensors::mod, Tensors::mod, Tensors::mod);
        binary("fmod", Tensors::fmod, Tensors::fmod, Tensors::fmod);
        binary("power", Tensors::power, Tensors::power, Tensors::power);
        binary("maximum", Tensors::maximum, Tensors::maximum, Tensors::maximum);
        binary("minimum", Tensors::minimum, Tensors::minimum, Tensors::minimum);
        binary("fmax", Tensors::fmax, Tensors::fmax, Tensors::fmax);
        binary("fmin", Tensors::fmin, Tensors::fmin, Tensors::fmin);
        binary("equal", Tensors::equal, Tensors::equal, Tensors::equal);
        binary("notEqual", Tensors::notEqual, Tensors::notEqual, Tensors::notEqual);
        binary("less", Tensors::less, Tensors::less, Tensors::less);
        binary("lessEqual", Tensors::lessEqual, Tensors::lessEqual, Tensors::lessEqual);
        binary("greater", Tensors::greater, Tensors::greater, Tensors::greater);
        binary("greaterEqual", Tensors::greaterEqual, Tensors::greaterEqual, Tensors::greaterEqual);
        binary("copysign", Tensors::copysign, Tensors::copysign, Tensors::copysign);
        binary("nextafter", Tensors::nextafter, Tensors::nextafter, Tensors::nextafter);
        binary("logaddexp", Tensors::logaddexp, Tensors::logaddexp, Tensors::logaddexp);
        binary("atan2", Tensors::atan2, Tensors::atan2, Tensors::atan2);
        binary("hypot", Tensors::hypot, Tensors::hypot, Tensors::hypot);
        binary("bitwiseAnd", Tensors::bitwiseAnd, Tensors::bitwiseAnd, null);
        binary("bitwiseOr", Tensors::bitwiseOr, Tensors::bitwiseOr, null);
        binary("bitwiseXor", Tensors::bitwiseXor, Tensors::bitwiseXor, null);
        binary("leftShift", Tensors::leftShift, Tensors::leftShift, null);
        binary("rightShift", Tensors::rightShift, Tensors::rightShift, null);
        binary("isclose", Tensors::isclose, null, null);
        binary("logicalAnd", Tensors::logicalAnd, null, null);
        binary("logicalOr", Tensors::logicalOr, null, null);
        binary("logicalXor", Tensors::logicalXor, null, null);
    }
}
