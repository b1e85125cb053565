package io.meridian.router.compile;

import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwksAsyncFetch;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementOrList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RemoteJwks;
import io.meridian.router.view.Places;
import io.meridian.topology.Topology;
import java.time.Duration;

/**
 * The configuration of the edge listener's filter that verifies tokens. It comes by extension discovery, since listeners are static, and the
 * filter is off except in the virtual hosts of services whose key may be a claim: the others pay nothing for it.
 */
final class JwtFilter {
    /** Also the name of the resource that the bootstrap's listener asks for. */
    static final String FILTER = "envoy.filters.http.jwt_authn";

    private static final Duration FETCH_LIMIT = Duration.ofSeconds(5);

    private JwtFilter() {}

    static TypedExtensionConfig of(Places places) {
        var filter = JwtAuthentication.newBuilder();
        for (Topology.Service service : places.services()) {
            service.jwt().ifPresent(jwt -> {
                filter.putProviders(service.name(), provider(service.name(), jwt));
                filter.putRequirementMap(service.name(), validOrMissing(service.name()));
            });
        }
        return TypedExtensionConfig.newBuilder()
                .setName(FILTER)
                .setTypedConfig(Any.pack(filter.build()))
                .build();
    }

    static String keysCluster(String service) {
        return "jwks." + service;
    }

    private static JwtProvider provider(String service, Topology.Jwt jwt) {
        var provider = JwtProvider.newBuilder()
                .setIssuer(jwt.issuer())
                .addAllAudiences(jwt.audiences())
                .setForward(true) // the application reads it, too
                .setPayloadInMetadata("jwt");
        if (jwt.remote()) {
            provider.setRemoteJwks(RemoteJwks.newBuilder()
                    .setHttpUri(HttpUri.newBuilder()
                            .setUri(jwt.jwks())
                            .setCluster(keysCluster(service))
                            .setTimeout(Values.duration(FETCH_LIMIT)))
                    .setAsyncFetch(JwksAsyncFetch.newBuilder().setFastListener(true)));
        } else {
            provider.setLocalJwks(DataSource.newBuilder().setInlineString(jwt.jwks()));
        }
        return provider.build();
    }

    /** A missing token is a missing key, and the service's rule for these holds. */
    private static JwtRequirement validOrMissing(String service) {
        return JwtRequirement.newBuilder()
                .setRequiresAny(JwtRequirementOrList.newBuilder()
                        .addRequirements(JwtRequirement.newBuilder().setProviderName(service))
                        .addRequirements(JwtRequirement.newBuilder().setAllowMissing(Empty.getDefaultInstance())))
                .build();
    }
}
