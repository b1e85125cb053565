package io.meridian.control.raft;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.util.AccessPattern;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.meridian.control.state.Revision;
import io.meridian.topology.ownership.Epoch;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an older version did not write is read as empty, so that records can grow: lists, maps, texts and Optionals as Jackson has it, numbers as 0,
 * enums as their first constant, records as their own {@code empty()} or {@code none()}, or else as made of nothing but empty parts. Whoever adds a
 * component makes empty mean 'as before'. What has no empty value (a moment, a region, a sealed type) cannot be left out: reading fails.
 */
final class AbsentIsEmpty extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1;
    private static final Set<String> NAMES_OF_EMPTY = Set.of("empty", "none");

    @Override
    public JsonDeserializer<?> modifyDeserializer(
            DeserializationConfig config, BeanDescription description, JsonDeserializer<?> reading) {
        Class<?> type = description.getBeanClass();
        if (type == Epoch.class) {
            return new Emptying(reading, _ -> Epoch.of(0));
        }
        if (type == Revision.class) {
            return new Emptying(reading, _ -> Revision.NONE);
        }
        if (type.isPrimitive() || type.getName().startsWith("java.lang.")) {
            return reading;
        }
        if (type.isRecord() && !ScalarIds.holds(type)) {
            return ownEmpty(type)
                    .map(own -> new Emptying(reading, _ -> call(own)))
                    .orElseGet(() -> new Emptying(reading, context -> ofNothing(reading, context)));
        }
        return new Emptying(reading, context -> {
            throw JsonMappingException.from(
                    context, "a " + type.getSimpleName() + " is missing, and there is no empty one");
        });
    }

    @Override
    public JsonDeserializer<?> modifyEnumDeserializer(
            DeserializationConfig config, JavaType type, BeanDescription description, JsonDeserializer<?> reading) {
        return new Emptying(reading, _ -> type.getRawClass().getEnumConstants()[0]);
    }

    private static Optional<Method> ownEmpty(Class<?> type) {
        return Stream.of(type.getDeclaredMethods())
                .filter(method -> NAMES_OF_EMPTY.contains(method.getName()))
                .filter(method -> Modifier.isStatic(method.getModifiers()) && Modifier.isPublic(method.getModifiers()))
                .filter(method -> method.getParameterCount() == 0 && method.getReturnType() == type)
                .findFirst();
    }

    private static Object call(Method own) {
        try {
            return own.invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make the empty value by " + own, e);
        }
    }

    private static Object ofNothing(JsonDeserializer<?> reading, DeserializationContext context) throws IOException {
        try (TokenBuffer nothing = context.bufferForInputBuffering()) {
            nothing.writeStartObject();
            nothing.writeEndObject();
            try (JsonParser in = nothing.asParserOnFirstToken()) {
                return reading.deserialize(in, context);
            }
        }
    }

    private interface Empty {
        Object value(DeserializationContext context) throws IOException;
    }

    /** Reads as before, and knows an empty value. Also keeps Jackson from demanding a constructor without parameters, which no record has. */
    private static final class Emptying extends DelegatingDeserializer {
        private static final long serialVersionUID = 1;
        private final transient Empty empty;

        Emptying(JsonDeserializer<?> reading, Empty empty) {
            super(reading);
            this.empty = empty;
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> reading) {
            return new Emptying(reading, empty);
        }

        @Override
        public AccessPattern getEmptyAccessPattern() {
            return AccessPattern.DYNAMIC;
        }

        @Override
        public @Nullable Object getEmptyValue(DeserializationContext context) throws JsonMappingException {
            try {
                return empty.value(context);
            } catch (JsonMappingException e) {
                throw e;
            } catch (IOException e) {
                throw JsonMappingException.from(context, e.getMessage(), e);
            }
        }
    }
}
