package io.meridian.router.conformance;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;

/** The types that the rules are tried on. A resource is a name and a content, hidden where no rule looks. */
public enum Kind {
    CLUSTER("type.googleapis.com/envoy.config.cluster.v3.Cluster") {
        @Override
        public Message message(String name, String content) {
            return Cluster.newBuilder().setName(name).setAltStatName(content).build();
        }

        @Override
        Named read(Any any) throws InvalidProtocolBufferException {
            Cluster cluster = any.unpack(Cluster.class);
            return new Named(cluster.getName(), cluster.getAltStatName());
        }
    },
    ENDPOINT("type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment") {
        @Override
        public Message message(String name, String content) {
            var assignment = ClusterLoadAssignment.newBuilder().setClusterName(name);
            assignment.getPolicyBuilder().addDropOverloadsBuilder().setCategory(content);
            return assignment.build();
        }

        @Override
        Named read(Any any) throws InvalidProtocolBufferException {
            ClusterLoadAssignment assignment = any.unpack(ClusterLoadAssignment.class);
            return new Named(
                    assignment.getClusterName(),
                    assignment.getPolicy().getDropOverloads(0).getCategory());
        }
    },
    LISTENER("type.googleapis.com/envoy.config.listener.v3.Listener") {
        @Override
        public Message message(String name, String content) {
            return Listener.newBuilder().setName(name).setStatPrefix(content).build();
        }

        @Override
        Named read(Any any) throws InvalidProtocolBufferException {
            Listener listener = any.unpack(Listener.class);
            return new Named(listener.getName(), listener.getStatPrefix());
        }
    },
    ROUTE("type.googleapis.com/envoy.config.route.v3.RouteConfiguration") {
        @Override
        public Message message(String name, String content) {
            return RouteConfiguration.newBuilder()
                    .setName(name)
                    .setMetadata(Metadata.getDefaultInstance())
                    .addInternalOnlyHeaders(content)
                    .build();
        }

        @Override
        Named read(Any any) throws InvalidProtocolBufferException {
            RouteConfiguration route = any.unpack(RouteConfiguration.class);
            return new Named(
                    route.getName(), route.getInternalOnlyHeadersCount() == 0 ? "" : route.getInternalOnlyHeaders(0));
        }
    };

    private final String url;

    Kind(String url) {
        this.url = url;
    }

    record Named(String name, String content) {}

    public String url() {
        return url;
    }

    public abstract Message message(String name, String content);

    abstract Named read(Any any) throws InvalidProtocolBufferException;
}
