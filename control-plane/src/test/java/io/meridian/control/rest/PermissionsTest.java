package io.meridian.control.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PermissionsTest {
    /** Every resource method of the control plane, such as {@code GET /api/v1/runs/{id}}. */
    static Set<String> operations() {
        return methods().keySet();
    }

    private static SortedMap<String, Method> methods() {
        var operations = new TreeMap<String, Method>();
        var classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.meridian.control");
        for (JavaClass type : classes) {
            if (type.isAnnotatedWith(Path.class)) {
                Class<?> resource = type.reflect();
                for (Method method : resource.getDeclaredMethods()) {
                    for (Annotation annotation : method.getAnnotations()) {
                        HttpMethod http = annotation.annotationType().getAnnotation(HttpMethod.class);
                        if (http != null) {
                            operations.put(http.value() + " " + RoleFilter.path(resource, method), method);
                        }
                    }
                }
            }
        }
        return operations;
    }

    @Test
    void everyOperationHasItsRoleAndNoRoleIsForNothing() {
        assertThat(operations())
                .as("operations of the resources, and rows of Permissions")
                .containsExactlyInAnyOrderElementsOf(Permissions.ALL.keySet())
                .contains("GET /api/v1/runs/{id}");
    }

    @Test
    void onlyWhatHasADryRunLetsAPlannerInForOne() {
        assertThat(methods()).allSatisfy((operation, method) -> {
            Permissions.Needs needs = Permissions.ALL.get(operation);
            if (needs != null && needs.dry() != needs.role()) {
                assertThat(method.getParameters())
                        .as(operation)
                        .anyMatch(parameter -> parameter.getType().equals(ChangeOptions.class));
            }
        });
    }

    @Test
    void everyChangeHasADryRunAndAnIdempotencyKey() {
        assertThat(methods()).allSatisfy((operation, method) -> {
            if (!operation.startsWith("GET ")) {
                assertThat(method.getParameterTypes()).as(operation).contains(ChangeOptions.class);
            }
        });
    }

    @Test
    void whatChangesSomethingTakesMoreThanLooking() {
        assertThat(Permissions.ALL).allSatisfy((operation, needs) -> {
            if (!operation.startsWith("GET ") && !operation.endsWith("/reject")) {
                assertThat(needs.role())
                        .as(operation)
                        .isNotIn(io.meridian.control.access.Role.VIEWER, io.meridian.control.access.Role.PLANNER);
            }
        });
    }
}
