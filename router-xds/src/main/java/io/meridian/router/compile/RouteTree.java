package io.meridian.router.compile;

import com.github.xds.core.v3.TypedExtensionConfig;
import com.github.xds.type.matcher.v3.Matcher;
import com.github.xds.type.matcher.v3.RegexMatcher;
import com.github.xds.type.matcher.v3.StringMatcher;
import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.type.matcher.v3.HttpRequestHeaderMatchInput;

/** Routes chosen by what a header says, with one hash lookup however many there are. */
final class RouteTree {
    private final String header;
    private final Matcher.MatcherTree.MatchMap.Builder routes = Matcher.MatcherTree.MatchMap.newBuilder();

    RouteTree(String header) {
        this.header = header;
    }

    void add(String value, Route route) {
        routes.putMap(value, to(route));
    }

    Matcher otherwise(Matcher other) {
        if (routes.getMapCount() == 0) {
            return other;
        }
        return Matcher.newBuilder()
                .setMatcherTree(
                        Matcher.MatcherTree.newBuilder().setInput(input(header)).setExactMatchMap(routes))
                .setOnNoMatch(Matcher.OnMatch.newBuilder().setMatcher(other))
                .build();
    }

    static Matcher whenPresent(String header, Route route, Route otherwise) {
        var anything = StringMatcher.newBuilder()
                .setSafeRegex(RegexMatcher.newBuilder()
                        .setGoogleRe2(RegexMatcher.GoogleRE2.getDefaultInstance())
                        .setRegex(".+"));
        var present = Matcher.MatcherList.Predicate.newBuilder()
                .setSinglePredicate(Matcher.MatcherList.Predicate.SinglePredicate.newBuilder()
                        .setInput(input(header))
                        .setValueMatch(anything));
        return Matcher.newBuilder()
                .setMatcherList(Matcher.MatcherList.newBuilder()
                        .addMatchers(Matcher.MatcherList.FieldMatcher.newBuilder()
                                .setPredicate(present)
                                .setOnMatch(to(route))))
                .setOnNoMatch(to(otherwise))
                .build();
    }

    static Matcher always(Route route) {
        // A matcher needs a list or a tree before what it does otherwise.
        return whenPresent("x-meridian-zone", route, route);
    }

    private static TypedExtensionConfig input(String header) {
        return TypedExtensionConfig.newBuilder()
                .setName("header")
                .setTypedConfig(Any.pack(HttpRequestHeaderMatchInput.newBuilder()
                        .setHeaderName(header)
                        .build()))
                .build();
    }

    private static Matcher.OnMatch to(Route route) {
        return Matcher.OnMatch.newBuilder()
                .setAction(TypedExtensionConfig.newBuilder().setName("route").setTypedConfig(Any.pack(route)))
                .build();
    }
}
