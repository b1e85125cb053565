package io.meridian.control.rest;

import io.meridian.topology.ProblemType;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the API's document says of an operation, as far as that does not follow from its path, its parameters, its answer and its role.
 * {@link ApiDocument} reads it.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface ApiOperation {
    /** One sentence. */
    String value();

    /** Status when it was done; a dry run, and whatever changes nothing, answers 200. 201 and 202 come with {@code Location}. */
    int done() default 200;

    /** A run, which goes on behind the answer: 202, and the refusals that every start of a run has. */
    boolean starts() default false;

    /** Some of what may be asked for here waits for a second person; this is answered then, with 202. */
    Class<?> waiting() default Void.class;

    /** Beside those that every operation of its kind has. */
    ProblemType[] refuses() default {};
}
