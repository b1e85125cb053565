package io.meridian.agent.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.capture.RecordedMessages.Recorded;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that are not of the protocol are refused, by message and place; they are never read as something else, nor without end. */
@Timeout(120)
class PgoutputDecoderTest {
    private static final int MUTATIONS = 20;

    static LongStream seeds() {
        return LongStream.range(0, 8);
    }

    @Test
    void everyKindOfMessageIsRead() throws Exception {
        var kinds = new TreeSet<Character>();
        for (Recorded recorded : RecordedMessages.all()) {
            assertThat(PgoutputDecoder.decode(recorded.buffer(), recorded.streamed()))
                    .isNotNull();
            kinds.add((char) recorded.bytes()[0]);
        }
        assertThat(kinds).containsExactly('A', 'B', 'C', 'D', 'E', 'I', 'M', 'O', 'R', 'S', 'T', 'U', 'Y', 'c');
    }

    @Test
    void aMessageThatIsCutShortOrGoesOnIsRefused() throws Exception {
        for (Recorded recorded : RecordedMessages.all()) {
            byte[] bytes = recorded.bytes();
            for (int length = 0; length < bytes.length; length++) {
                refused(Arrays.copyOf(bytes, length), recorded.streamed());
            }
            refused(Arrays.copyOf(bytes, bytes.length + 1), recorded.streamed());
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyBytesAreReadWithinTheirBoundsOrRefused(long seed) throws Exception {
        var random = new Random(seed);
        for (Recorded recorded : RecordedMessages.all()) {
            for (int count = 0; count < MUTATIONS; count++) {
                byte[] bytes = mutated(recorded.bytes(), random);
                boolean streamed = random.nextInt(10) == 0 ? !recorded.streamed() : recorded.streamed();
                if (!outcome(inside(bytes, (byte) 't'), streamed).equals(outcome(inside(bytes, (byte) 0), streamed))) {
                    throw new AssertionError("seed " + seed + ": what stands around it was read, too: "
                            + HexFormat.of().formatHex(bytes));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyOrderOfMessagesGivesTransactionsOrIsRefused(long seed, @TempDir Path folder) throws Exception {
        var random = new Random(seed);
        List<Recorded> recorded = RecordedMessages.all();
        for (int round = 0; round < 10; round++) {
            List<byte[]> messages = new ArrayList<>();
            for (Recorded message : recorded) {
                switch (random.nextInt(60)) {
                    case 0 -> {}
                    case 1 -> messages.addAll(List.of(message.bytes(), message.bytes()));
                    case 2 -> messages.add(mutated(message.bytes(), random));
                    case 3 ->
                        messages.add(
                                recorded.get(random.nextInt(recorded.size())).bytes());
                    default -> messages.add(message.bytes());
                }
            }
            try (Staging staging = Staging.in(folder.resolve("staging"), Staging.MOST_BYTES)) {
                var assembler = new TransactionAssembler("meridian_main_", staging, () -> {});
                for (byte[] message : messages) {
                    assembler.add(ByteBuffer.wrap(message)).ifPresent(SourceTransaction::close);
                }
            } catch (IllegalStateException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining("pgoutput");
            }
        }
    }

    @Test
    void aRefusalNamesTheMessageAndThePlace() {
        byte[] insert = HexFormat.of().parseHex("49" + "00004000" + "4e" + "0001" + "78");
        byte[] update = HexFormat.of().parseHex("55" + "00004000" + "4e" + "0001" + "74" + "00000002" + "c328");

        assertThatThrownBy(() -> PgoutputDecoder.decode(ByteBuffer.wrap(insert), false))
                .hasMessage("pgoutput message 'I' (0x49) has a value of kind 'x', at byte 9 of 9");
        assertThatThrownBy(() -> PgoutputDecoder.decode(ByteBuffer.wrap(update), false))
                .hasMessage("pgoutput message 'U' (0x55) has text that is not UTF-8, at byte 13 of 15");
        assertThatThrownBy(() -> PgoutputDecoder.decode(ByteBuffer.wrap(new byte[] {'b', 0}), false))
                .hasMessageContaining("is not of protocol 2");
    }

    /** With other bytes around it, which must not matter. */
    private static ByteBuffer inside(byte[] message, byte around) {
        byte[] surrounded = new byte[message.length + 2_048];
        Arrays.fill(surrounded, around);
        System.arraycopy(message, 0, surrounded, 1_024, message.length);
        return ByteBuffer.wrap(surrounded, 1_024, message.length).slice();
    }

    private static Object outcome(ByteBuffer bytes, boolean streamed) {
        try {
            return PgoutputDecoder.decode(bytes, streamed);
        } catch (IllegalStateException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.startsWith("pgoutput")) {
                throw new AssertionError(reason, e);
            }
            return reason;
        }
    }

    private static void refused(byte[] bytes, boolean streamed) {
        if (!(outcome(ByteBuffer.wrap(bytes), streamed) instanceof String)) {
            throw new AssertionError("was read: " + HexFormat.of().formatHex(bytes));
        }
    }

    private static byte[] mutated(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int flips = random.nextInt(4); flips >= 0; flips--) {
            int place = random.nextInt(bytes.length);
            bytes[place] = switch (random.nextInt(4)) {
                case 0 -> (byte) 0xFF;
                case 1 -> (byte) 0;
                case 2 -> (byte) 0x7F;
                default -> (byte) random.nextInt(256);
            };
        }
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 1 -> Arrays.copyOf(bytes, bytes.length + random.nextInt(8));
            default -> bytes;
        };
    }
}
