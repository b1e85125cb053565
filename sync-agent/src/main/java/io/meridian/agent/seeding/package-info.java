/**
 * A shard's rows copied anew from their owner, through the change stream: the owner tells all of them between two marks ({@link
 * io.meridian.agent.seeding.SeedOwner}), the target takes them ({@link io.meridian.agent.seeding.SeedTarget}, and the appliers), writes go on meanwhile. What
 * a target makes of records is in {@code apply}: {@code RecordPlanner}, {@code SeedWriter}.
 */
@NullMarked
package io.meridian.agent.seeding;

import org.jspecify.annotations.NullMarked;
