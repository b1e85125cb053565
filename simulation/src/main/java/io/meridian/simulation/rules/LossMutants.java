package io.meridian.simulation.rules;

import io.meridian.agent.apply.RecordPlanner;
import io.meridian.agent.record.SourceRecord;
import io.meridian.conflict.KnownLineage;
import io.meridian.conflict.ShardHead;
import io.meridian.conflict.Verdict;
import io.meridian.control.clock.Standing;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decision;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.switching.StateName;
import io.meridian.control.switching.SwitchState;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;

/** Flaws in PROTOCOL 2, 6 and 7 that only the loss of a region can show. */
final class LossMutants {
    private LossMutants() {}

    static Rules expiresAtOnce() {
        return new Rules() {
            @Override
            public Duration limit(Standing standing) {
                return standing.then()
                                .filter(Command.ExpireLease.class::isInstance)
                                .isPresent()
                        ? Duration.ZERO
                        : standing.limit();
            }
        };
    }

    static Rules gathersAtOnce() {
        return new Rules() {
            @Override
            public Duration limit(Standing standing) {
                return standing.then().isPresent()
                                && standing.then().get() instanceof Command.DeadlinePassed passed
                                && passed.state() == StateName.EXPIRING
                        ? Duration.ZERO
                        : standing.limit();
            }
        };
    }

    static Rules answerDoesNotFreeze() {
        return new Rules() {
            @Override
            public boolean gatherFreezes() {
                return false;
            }
        };
    }

    static Rules lowestAnswerIsTheCut() {
        return new Rules() {
            @Override
            public Decision decide(ControlState state, Command command) {
                Decision decision = Rules.super.decide(state, command);
                return decision instanceof Decision.Accepted accepted
                        ? new Decision.Accepted(
                                accepted.events().stream()
                                        .map(event -> lowest(state, event))
                                        .toList(),
                                accepted.receipt())
                        : decision;
            }
        };
    }

    private static Event lowest(ControlState state, Event event) {
        if (event instanceof Event.RunEntered entered
                && entered.state() instanceof SwitchState.Aligning aligning
                && state.run(entered.run()).map(run -> run.state().underlying()).orElse(aligning)
                        instanceof SwitchState.Gathering gathering) {
            var cuts = new TreeMap<ShardId, Base>(aligning.cuts());
            cuts.replaceAll((shard, cut) -> gathering.answers().getOrDefault(shard, new TreeMap<>()).values().stream()
                    .flatMap(answer -> answer.head().stream())
                    .map(head -> lower(cut, head))
                    .reduce(cut, LossMutants::lower));
            return new Event.RunEntered(
                    entered.run(),
                    new SwitchState.Aligning(
                            aligning.attempt(), cuts, aligning.holders(), aligning.covered(), aligning.unclean()),
                    entered.wave(),
                    entered.counts(),
                    entered.ended(),
                    entered.problem(),
                    entered.now());
        }
        return event;
    }

    private static Base lower(Base one, Base other) {
        return one instanceof Base.At at
                        && other instanceof Base.At there
                        && (at.epoch().isAbove(there.epoch())
                                || (at.epoch().equals(there.epoch())
                                        && at.position().compareTo(there.position()) > 0))
                ? other
                : one;
    }

    static Rules surplusStays() {
        return new Rules() {
            @Override
            public RecordPlanner.Plan planRecord(
                    SourceRecord record, RecordPlanner.Shards shards, RecordPlanner.Patience patience) {
                RecordPlanner.Plan plan = Rules.super.planRecord(record, shards, patience);
                if (plan instanceof RecordPlanner.Plan.Apply apply) {
                    for (RecordPlanner.Park park : apply.parks()) {
                        if (park.verdict().isPresent() && park.verdict().get() instanceof Verdict.Surplus surplus) {
                            return planRecord(record, asIfItWereNot(park.shard(), surplus, shards), patience);
                        }
                    }
                }
                return plan;
            }
        };
    }

    private static RecordPlanner.Shards asIfItWereNot(
            ShardId surplusOf, Verdict.Surplus surplus, RecordPlanner.Shards shards) {
        var base = new ShardHead.At(
                surplus.base().epoch(), surplus.base().region(), surplus.base().position(), true);
        return new RecordPlanner.Shards() {
            @Override
            public ShardHead head(ShardId shard) {
                return shard.equals(surplusOf) ? base : shards.head(shard);
            }

            @Override
            public boolean stopped(ShardId shard) {
                return shards.stopped(shard);
            }

            @Override
            public Optional<RecordPlanner.Hindrance> hindrance(ShardId shard) {
                return shards.hindrance(shard);
            }

            @Override
            public boolean frozen(ShardId shard, ShardHead.At next) {
                return shards.frozen(shard, next);
            }

            @Override
            public boolean turnedFrom(ShardId shard, Epoch epoch) {
                return shards.turnedFrom(shard, epoch);
            }

            @Override
            public Optional<KnownLineage> known(ShardId shard) {
                return shards.known(shard);
            }
        };
    }

    static Rules orphansAreDropped() {
        return new Rules() {
            @Override
            public boolean keepsOrphans() {
                return false;
            }
        };
    }

    static Rules decisionsWithoutImages() {
        return new Rules() {
            @Override
            public boolean tellsImages() {
                return false;
            }
        };
    }

    static Rules writesAreNotNoted() {
        return new Rules() {
            @Override
            public boolean notesTouched() {
                return false;
            }
        };
    }

    static Rules touchedIsSalvaged() {
        return new Rules() {
            @Override
            public boolean untouched(boolean noted, boolean touched) {
                return true;
            }
        };
    }
}
