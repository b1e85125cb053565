package io.meridian.control.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.meridian.control.access.Role;
import io.meridian.control.switching.Gate;
import io.meridian.control.switching.StateName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.RecordComponentInfo;
import org.jspecify.annotations.Nullable;

/**
 * What answers are made of, said exactly: a member of a record is always there, unless the record leaves it out when it is null; it is null only where
 * the record says {@code @Nullable}. {@code RunJson} is called Run outside.
 */
final class ApiSchemas {
    private static final String SUFFIX = "Json";
    private static final Set<String> ANSWERS = Set.of("io.meridian.control.rest", "io.meridian.control.history");
    private static final DotName NULLABLE = DotName.createSimple(Nullable.class);
    private static final DotName INCLUDE = DotName.createSimple(JsonInclude.class);

    private final Map<String, ClassInfo> records = new HashMap<>();

    ApiSchemas(IndexView index) {
        for (ClassInfo type : index.getKnownClasses()) {
            boolean answer = type.isRecord() && ANSWERS.contains(type.name().packagePrefix());
            ClassInfo other = answer ? records.put(type.simpleName(), type) : null;
            if (other != null
                    && !other.name().equals(type.name())
                    && type.simpleName().endsWith(SUFFIX)) {
                throw new IllegalStateException("two answers are called " + type.simpleName());
            }
        }
    }

    /** @param type of a class, which may be a nested one */
    static String name(String type) {
        String simple = type.substring(type.lastIndexOf('$') + 1);
        return simple.endsWith(SUFFIX) ? simple.substring(0, simple.length() - SUFFIX.length()) : simple;
    }

    Schema renamed(Schema schema) {
        String ref = schema.getRef();
        if (ref != null && ref.endsWith(SUFFIX)) {
            schema.setRef(ref.substring(0, ref.length() - SUFFIX.length()));
        }
        return schema;
    }

    void complete(Components components) {
        var complete = new TreeMap<String, Schema>();
        components.getSchemas().forEach((name, schema) -> {
            if (records.get(name) instanceof ClassInfo type) {
                complete(schema, type);
            }
            if (complete.put(name(name), schema) != null) {
                throw new IllegalStateException("two schemas are called " + name(name));
            }
        });
        complete.put("RunState", oneOf(StateName.values(), StateName::name));
        complete.put("GateName", oneOf(Gate.Name.values(), Gate.Name::text));
        complete.put("Role", oneOf(Role.values(), Role::text));
        components.setSchemas(complete);
    }

    private static <T> Schema oneOf(T[] values, Function<T, String> text) {
        return OASFactory.createSchema()
                .addType(Schema.SchemaType.STRING)
                .enumeration(Stream.of(values).<Object>map(text).toList());
    }

    private static void complete(Schema schema, ClassInfo type) {
        List<String> always = new ArrayList<>();
        for (RecordComponentInfo member : type.recordComponents()) {
            Schema property = schema.getProperties().get(member.name());
            if (property == null) {
                throw new IllegalStateException(type + " has a member that its schema has not: " + member.name());
            }
            boolean left = type.field(member.name()).hasAnnotation(INCLUDE);
            if (!left) {
                always.add(member.name());
            }
            if (!left && member.type().hasAnnotation(NULLABLE)) {
                schema.addProperty(member.name(), orNull(property));
            }
        }
        schema.setRequired(always);
    }

    private static Schema orNull(Schema schema) {
        if (schema.getRef() != null) {
            return OASFactory.createSchema()
                    .addAnyOf(schema)
                    .addAnyOf(OASFactory.createSchema().addType(Schema.SchemaType.NULL));
        }
        return schema.getType() == null ? schema : schema.addType(Schema.SchemaType.NULL);
    }
}
