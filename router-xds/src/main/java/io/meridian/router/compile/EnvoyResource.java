package io.meridian.router.compile;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.meridian.router.view.ContentHash;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * One resource, serialised once, however many streams it goes to.
 *
 * @param version content hash
 * @param wire the resource inside the envelope that the delta protocol puts around it
 */
public record EnvoyResource(String name, String version, Resource wire) {
    public static EnvoyResource of(ResourceType type, String name, Message message) {
        byte[] bytes = serialised(message);
        String version = ContentHash.of(bytes);
        var any = Any.newBuilder().setTypeUrl(type.url()).setValue(ByteString.copyFrom(bytes));
        return new EnvoyResource(
                name,
                version,
                Resource.newBuilder()
                        .setName(name)
                        .setVersion(version)
                        .setResource(any)
                        .build());
    }

    /** Sorted map entries: without that, versions would differ from one process to the next. */
    private static byte[] serialised(Message message) {
        byte[] bytes = new byte[message.getSerializedSize()];
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        output.useDeterministicSerialization();
        try {
            message.writeTo(output);
            output.checkNoSpaceLeft();
            return bytes;
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
    }
}
