package io.meridian.control.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.audit.AuditEntry;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.EventApplier;
import io.meridian.control.state.Receipt;
import io.meridian.control.state.Revision;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.ProblemType;
import io.meridian.topology.SafetyRules;
import io.meridian.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Who asks, what they may do alone, and what is remembered of it. */
class AskedTest {
    private static final Actor ADMIN = Actor.of("admin", List.of(Role.OPERATOR, Role.APPROVER));
    private static final Actor ALICE = Actor.of("alice", List.of(Role.APPROVER));
    private static final Actor GLASS = Actor.of("breakglass", List.of(Role.BREAKGLASS));

    private ControlState state = ControlState.empty();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int keys;

    private Decision ask(Actor by, String reason, Command.Keyed what) {
        Decision decision = Decider.decide(state, new Command.Asked(by, reason, what));
        state = EventApplier.applyAll(
                state,
                switch (decision) {
                    case Decision.Accepted accepted -> accepted.events();
                    case Decision.Refused refused -> refused.events();
                });
        return decision;
    }

    private Receipt accepted(Actor by, String reason, Command.Keyed what) {
        return ((Decision.Accepted) ask(by, reason, what)).receipt();
    }

    private ProblemType refused(Actor by, String reason, Command.Keyed what) {
        return ((Decision.Refused) ask(by, reason, what)).why().type();
    }

    private Command.CreateToken token(String name, Role... roles) {
        return tokenOf(name, name, roles);
    }

    private Command.CreateToken tokenOf(String text, String name, Role... roles) {
        return new Command.CreateToken(
                key(), now, name, new TreeSet<>(List.of(roles)), Decider.sha256(text), Optional.empty());
    }

    private String key() {
        return "k-" + ++keys;
    }

    private Token made(String name) {
        return Optional.ofNullable(state.access().tokens().get(name)).orElseThrow();
    }

    private void aliceIsTheFirstSecondPerson() {
        accepted(ADMIN, "", token("alice", Role.APPROVER));
    }

    @Test
    void whatIsAskedIsDecidedAsIfNobodyHadAskedAndRememberedWithWhoAndWhy() {
        var apply = new Command.ApplyTopology("t", now, MoveLab.topology());
        ControlState bare = EventApplier.applyAll(state, ((Decision.Accepted) Decider.decide(state, apply)).events());

        Receipt receipt = accepted(ADMIN, "first set-up", apply);

        assertThat(state.shards()).isEqualTo(bare.shards());
        assertThat(state.revision()).isEqualTo(bare.revision());
        AuditEntry entry = state.audit().entries().getLast();
        assertThat(entry.who()).isEqualTo("admin");
        assertThat(entry.roles()).containsExactly(Role.APPROVER, Role.OPERATOR);
        assertThat(entry.what()).startsWith("topology ").contains("name=lab");
        assertThat(entry.why()).isEqualTo("first set-up");
        assertThat(entry.outcome()).isEqualTo("done");
        assertThat(entry.before().number()).isZero();
        assertThat(entry.after()).isEqualTo(receipt.at()).isEqualTo(state.revision());
    }

    @Test
    void aRefusalIsRememberedAndChangesNothingElse() {
        ControlState before = state;

        ProblemType why = refused(ADMIN, "", new Command.CancelRun("c", now, "mv-7"));

        assertThat(why).isEqualTo(ProblemType.UNKNOWN_RUN);
        assertThat(state.audit().entries().getLast().outcome())
                .startsWith("refused: urn:meridian:problem:unknown-run, ");
        assertThat(state.receipts()).isEqualTo(before.receipts());
        assertThat(state.revision()).isEqualTo(before.revision());
    }

    @Test
    void whatIsAskedAgainWithTheSameKeyIsRememberedOnce() {
        Command.CreateToken same = token("bob", Role.VIEWER);
        accepted(ADMIN, "", same);

        accepted(ADMIN, "", same);

        assertThat(state.audit().count()).isEqualTo(1);
    }

    @Test
    void theFirstSecondPersonIsMadeAloneAndTheNextByTwo() {
        aliceIsTheFirstSecondPerson();

        assertThat(refused(ADMIN, "", token("mallory", Role.APPROVER))).isEqualTo(ProblemType.REASON_MISSING);
        Receipt waiting = accepted(ADMIN, "carol joins", token("carol", Role.APPROVER));

        assertThat(waiting.approval()).isEqualTo("ap-1");
        assertThat(state.access().tokens()).containsOnlyKeys("alice");
        assertThat(state.audit().entries().getLast().outcome()).isEqualTo("waits for ap-1");
        assertThat(accepted(ADMIN, "", token("dave", Role.OPERATOR)).approval())
                .as("only for what makes a second person")
                .isEmpty();
    }

    @Test
    void approvedByAnotherItIsDoneAndWhoeverAskedHearsOfItByTheSameKey() {
        aliceIsTheFirstSecondPerson();
        Command.CreateToken carol = token("carol", Role.APPROVER);
        accepted(ADMIN, "carol joins", carol);
        now = now.plusSeconds(60);

        Receipt done = accepted(ALICE, "talked to her", new Command.Approve(key(), now, "ap-1"));

        assertThat(done.subject()).isEqualTo("carol");
        assertThat(state.access().tokens()).containsOnlyKeys("alice", "carol");
        Token made = made("carol");
        assertThat(made.createdBy()).isEqualTo("admin");
        assertThat(made.createdAt()).as("decided at the time of the approval").isEqualTo(now);
        Approval approval = state.access().approval("ap-1").orElseThrow();
        assertThat(approval.state()).isEqualTo(Approval.State.APPROVED);
        assertThat(accepted(ADMIN, "carol joins", carol).approval()).isEmpty();
        assertThat(state.audit().entries().getLast().what())
                .startsWith("approve ap-1: create token carol with [approver]")
                .endsWith("asked for by admin");
    }

    @Test
    void nobodyIsTheirOwnSecondPersonNotEvenByAnotherWayIn() {
        aliceIsTheFirstSecondPerson();
        accepted(ADMIN, "carol joins", token("carol", Role.APPROVER));

        assertThat(refused(ADMIN, "", new Command.Approve(key(), now, "ap-1")))
                .isEqualTo(ProblemType.SECOND_PERSON_NEEDED);
        assertThat(refused(Actor.of("oidc:admin", List.of(Role.APPROVER)), "", new Command.Approve(key(), now, "ap-1")))
                .isEqualTo(ProblemType.SECOND_PERSON_NEEDED);
        assertThat(refused(Actor.of("bob", List.of(Role.OPERATOR)), "", new Command.Approve(key(), now, "ap-1")))
                .isEqualTo(ProblemType.FORBIDDEN);
        assertThat(state.access().tokens()).containsOnlyKeys("alice");
    }

    @Test
    void anApprovalExpiresAndIsAskedForAgain() {
        aliceIsTheFirstSecondPerson();
        accepted(ADMIN, "carol joins", token("carol", Role.APPROVER));
        now = now.plus(Approval.LASTS);

        assertThat(refused(ALICE, "", new Command.Approve(key(), now, "ap-1"))).isEqualTo(ProblemType.APPROVAL_ENDED);
        Receipt again = accepted(ADMIN, "carol joins", token("carol", Role.APPROVER));

        assertThat(again.approval()).isEqualTo("ap-2");
        assertThat(state.access().approval("ap-1").orElseThrow().state()).isEqualTo(Approval.State.EXPIRED);
        assertThat(state.access().tokens()).containsOnlyKeys("alice");
    }

    @Test
    void whoeverAskedMayTakeItBackAndThenNobodyApprovesIt() {
        aliceIsTheFirstSecondPerson();
        accepted(ADMIN, "carol joins", token("carol", Role.APPROVER));

        assertThat(refused(Actor.of("bob", List.of(Role.OPERATOR)), "", new Command.Reject(key(), now, "ap-1")))
                .isEqualTo(ProblemType.FORBIDDEN);
        accepted(ADMIN, "", new Command.Reject(key(), now, "ap-1"));

        assertThat(refused(ALICE, "", new Command.Approve(key(), now, "ap-1"))).isEqualTo(ProblemType.APPROVAL_ENDED);
    }

    @Test
    void theGlassIsBrokenAloneWithAReasonAndRings() {
        aliceIsTheFirstSecondPerson();

        assertThat(refused(GLASS, "", token("carol", Role.APPROVER))).isEqualTo(ProblemType.REASON_MISSING);
        Receipt done = accepted(GLASS, "nobody answers the phone", token("carol", Role.APPROVER));

        assertThat(done.approval()).isEmpty();
        assertThat(state.access().tokens()).containsOnlyKeys("alice", "carol");
        assertThat(state.audit().alarms()).isEqualTo(2);
        assertThat(state.audit().entries().getLast().alarm()).isTrue();
    }

    @Test
    void withATokenGoesWhatItsOwnerAskedFor() {
        aliceIsTheFirstSecondPerson();
        accepted(ADMIN, "", token("bob", Role.OPERATOR));
        Actor bob = made("bob").actor();
        accepted(bob, "a friend", token("mallory", Role.APPROVER));

        accepted(ADMIN, "stolen", new Command.RevokeToken(key(), now, "bob"));

        assertThat(state.access().approval("ap-1").orElseThrow().state()).isEqualTo(Approval.State.REJECTED);
        assertThat(state.access().tokens()).containsOnlyKeys("alice");
    }

    /** As when the node that took the request had not heard of it. */
    @Test
    void whoseTokenWasRevokedChangesNothingAndIsToldSo() {
        accepted(ADMIN, "", token("bob", Role.OPERATOR));
        Actor bob = made("bob").actor();
        accepted(bob, "", token("carl", Role.VIEWER));
        accepted(ADMIN, "stolen", new Command.RevokeToken(key(), now, "bob"));
        accepted(ADMIN, "", tokenOf("another text", "bob", Role.OPERATOR));
        ControlState before = state;

        assertThat(refused(bob, "", token("mallory", Role.OPERATOR))).isEqualTo(ProblemType.TOKEN_REVOKED);

        assertThat(state.access()).isEqualTo(before.access());
        assertThat(state.receipts()).isEqualTo(before.receipts());
        assertThat(state.audit().entries().getLast().outcome())
                .startsWith("refused: urn:meridian:problem:token-revoked, the token of bob was revoked");
    }

    @Test
    void whoseTokenWasRevokedIsNotToldWhatAKeyCameToEither() {
        accepted(ADMIN, "", token("bob", Role.OPERATOR));
        Actor bob = made("bob").actor();
        Command.CreateToken carl = token("carl", Role.VIEWER);
        accepted(bob, "", carl);
        accepted(ADMIN, "", new Command.RevokeToken(key(), now, "bob"));

        assertThat(refused(bob, "", carl)).isEqualTo(ProblemType.TOKEN_REVOKED);
    }

    @Test
    void aTokenIsGoodUpToItsEndByTheTimeOfTheCommand() {
        accepted(
                ADMIN,
                "",
                new Command.CreateToken(
                        key(),
                        now,
                        "bob",
                        new TreeSet<>(List.of(Role.OPERATOR)),
                        Decider.sha256("bob"),
                        Optional.of(now.plusSeconds(60))));
        Actor bob = made("bob").actor();
        now = now.plusSeconds(59);
        accepted(bob, "", token("carl", Role.VIEWER));
        now = now.plusSeconds(1);

        assertThat(refused(bob, "", token("mallory", Role.VIEWER))).isEqualTo(ProblemType.TOKEN_EXPIRED);
        assertThat(state.access().tokens()).containsOnlyKeys("bob", "carl");
    }

    private static Actor vouched(String subject, String readable, Role... roles) {
        return Actor.vouchedFor(new Credential.Vouched("https://id/realm", subject), readable, List.of(roles));
    }

    record Two(String is, Actor one, Actor other, boolean onePerson) {
        @Override
        public String toString() {
            return is;
        }
    }

    private static final Actor LOCAL_BOB = Actor.of("bob", List.of());
    static final List<Two> TWO = List.of(
            new Two("one subject is one person", vouched("7f", "bob"), vouched("7f", "robert"), true),
            new Two("two subjects of one name are two", vouched("7f", "bob"), vouched("80", "bob"), false),
            new Two(
                    "a subject means nothing without its issuer",
                    vouched("7f", "bob"),
                    Actor.vouchedFor(new Credential.Vouched("https://other", "7f"), "bob", List.of()),
                    false),
            new Two("a local token of that name is that person's", LOCAL_BOB, vouched("7f", "Bob"), true),
            new Two("a local token of another name is not", LOCAL_BOB, vouched("7f", "robert"), false));

    @ParameterizedTest
    @FieldSource("TWO")
    void whoIsOnePerson(Two two) {
        assertThat(Access.none().onePerson(two.one(), two.other())).isEqualTo(two.onePerson());
        assertThat(Access.none().onePerson(two.other(), two.one())).isEqualTo(two.onePerson());
    }

    /** Whoever makes a token knows its text. */
    @Test
    void aTokenIsNoSecondPersonBesideWhoeverMadeItNorOneThatItMade() {
        aliceIsTheFirstSecondPerson();
        Actor dora = vouched("d0", "dora", Role.OPERATOR, Role.APPROVER);
        accepted(dora, "", token("bot", Role.OPERATOR));
        accepted(made("bot").actor(), "", token("bots-bot", Role.OPERATOR));
        Receipt waiting = accepted(made("bots-bot").actor(), "please", token("carol", Role.APPROVER));

        assertThat(refused(dora, "", new Command.Approve(key(), now, waiting.approval())))
                .isEqualTo(ProblemType.SECOND_PERSON_NEEDED);

        accepted(vouched("e1", "emil", Role.APPROVER), "", new Command.Approve(key(), now, waiting.approval()));
        assertThat(made("carol").maker()).contains(new Credential.Vouched("https://id/realm", "d0"));
    }

    @Test
    void theFirstSecondPersonIsNotMadeAloneByOneWhomAProviderVouchesFor() {
        Actor dora = vouched("d0", "dora", Role.OPERATOR, Role.APPROVER);
        accepted(dora, "", token("bot", Role.OPERATOR));

        assertThat(accepted(dora, "joins", token("alice", Role.APPROVER)).approval())
                .isNotEmpty();
        assertThat(accepted(made("bot").actor(), "joins", token("alice", Role.APPROVER))
                        .approval())
                .isNotEmpty();
        assertThat(state.access().tokens()).containsOnlyKeys("bot");
    }

    @Test
    void nobodyBreaksTheGlassByAnIdentityProvider() {
        Actor eve = vouched("ee", "eve", Role.BREAKGLASS, Role.VIEWER);

        assertThat(eve.roles()).containsExactly(Role.VIEWER);
        assertThat(vouched("ee", "admin x\n#1").name()).isEqualTo("oidc:admin_x__1 https://id/realm#ee");
    }

    @Test
    void aTokenIsFoundByItsHashUntilItExpires() {
        var create = new Command.CreateToken(
                key(),
                now,
                "bob",
                new TreeSet<>(List.of(Role.VIEWER)),
                Decider.sha256("secret"),
                Optional.of(now.plus(Duration.ofDays(1))));
        accepted(ADMIN, "", create);

        assertThat(state.access().byHash(Decider.sha256("secret"), now)).isPresent();
        assertThat(state.access().byHash(Decider.sha256("Secret"), now)).isEmpty();
        assertThat(state.access().byHash(Decider.sha256("secret"), now.plus(Duration.ofDays(1))))
                .isEmpty();
    }

    @Test
    void whatCannotBeATokenIsRefused() {
        aliceIsTheFirstSecondPerson();

        assertThat(refused(ADMIN, "", token("alice", Role.VIEWER))).isEqualTo(ProblemType.NAME_TAKEN);
        assertThat(refused(ADMIN, "", token("admin", Role.VIEWER))).isEqualTo(ProblemType.NAME_TAKEN);
        assertThat(refused(ADMIN, "", token("oidc:bob", Role.VIEWER))).isEqualTo(ProblemType.INVALID_ARGUMENT);
        assertThat(refused(ADMIN, "", token("bob"))).isEqualTo(ProblemType.INVALID_ARGUMENT);
        assertThat(refused(ADMIN, "", new Command.RevokeToken(key(), now, "nobody")))
                .isEqualTo(ProblemType.UNKNOWN_TOKEN);
    }

    @Test
    void aRestoreBringsBackNoTokenAndTheChainGoesOn() {
        ControlState backup = MoveLab.ready().state();
        aliceIsTheFirstSecondPerson();

        accepted(ADMIN, "all disks are gone", new Command.Restore(key(), now, "sum", backup));

        assertThat(state.shards()).hasSameSizeAs(backup.shards());
        assertThat(state.access().tokens()).containsOnlyKeys("alice");
        assertThat(state.audit().count()).isEqualTo(2);
        assertThat(state.audit().entries().getLast().what()).isEqualTo("restore sum");
        assertThat(state.audit().entries().getLast().previous())
                .isEqualTo(state.audit().entries().getFirst().hash());
    }

    /** Commands are decided again when they are approved: those that ever wait must know how to be asked for later. */
    @Test
    void whateverNeedsASecondPersonCanBeAskedForLater() {
        Stream<Class<?>> commands = Stream.of(Command.Keyed.class.getPermittedSubclasses());

        assertThat(commands.filter(type -> declares(type, "secondPerson") && !declares(type, "at", Instant.class)))
                .as("override Keyed.at(Instant) beside secondPerson()")
                .isEmpty();
    }

    private static boolean declares(Class<?> type, String method, Class<?>... parameters) {
        try {
            return type.getDeclaredMethod(method, parameters) != null;
        } catch (NoSuchMethodException none) {
            return false;
        }
    }

    @Test
    void anEditOfSafetyRulesWaitsForAnotherPersonAndTheWayBackToo() {
        aliceIsTheFirstSecondPerson();
        accepted(ADMIN, "", new Command.ApplyTopology(key(), now, MoveLab.topology()));
        Revision first = state.declared().orElseThrow().at();

        Receipt waiting = accepted(ADMIN, "be careful", new Command.ApplyTopology(key(), now, guarded()));

        assertThat(waiting.approval()).isNotEmpty();
        assertThat(state.declared().orElseThrow().at()).isEqualTo(first);
        accepted(ALICE, "yes", new Command.Approve(key(), now, waiting.approval()));
        assertThat(state.declared().orElseThrow().topology()).isEqualTo(guarded());
        var back = new Command.RollBackTopology(key(), now, first, Optional.empty());
        assertThat(accepted(ADMIN, "no more", back).approval()).isNotEmpty();
        assertThat(state.declared().orElseThrow().topology()).isEqualTo(guarded());
    }

    @Test
    void aTopologyThatLeavesTheSafetyRulesAsTheyAreIsAppliedAlone() {
        aliceIsTheFirstSecondPerson();
        accepted(ADMIN, "", new Command.ApplyTopology(key(), now, guarded()));

        accepted(ADMIN, "", new Command.ApplyTopology(key(), now, named("other", guarded())));

        assertThat(state.declared().orElseThrow().topology().name()).isEqualTo("other");
    }

    private static Topology guarded() {
        return named("lab", MoveLab.topology());
    }

    private static Topology named(String name, Topology from) {
        return new Topology(
                name,
                from.shards(),
                from.regions(),
                from.storeGroups(),
                from.zones(),
                from.services(),
                from.tables(),
                from.gateways(),
                from.residency(),
                from.limits(),
                new SafetyRules(Optional.of(1), true),
                from.maintenanceWindows());
    }
}
