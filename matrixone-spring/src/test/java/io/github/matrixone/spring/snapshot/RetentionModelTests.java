package io.github.matrixone.spring.snapshot;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Snapshots and policies made at random, pruned step by step while time goes by, and
 * compared with what the rules say word by word.
 */
class RetentionModelTests {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private static final List<String> PREFIXES = List.of("a", "ab", "abc", "b");

	@Property(tries = 2000)
	void keepsWhatTheRulesKeep(@ForAll("snapshots") List<Taken> taken, @ForAll("policies") List<Rule> rules,
			@ForAll("steps") List<Integer> steps) {
		List<Taken> present = new ArrayList<>(distinct(taken));
		FakeSnapshots snapshots = new FakeSnapshots(present.stream().map(Taken::snapshot).toList());
		int hour = 0;
		for (int step : steps) {
			hour += step;
			Set<Snapshot> kept = kept(present, rules, hour);
			Instant now = START.plus(Duration.ofHours(hour));
			SnapshotRetention retention = new SnapshotRetention(snapshots, rules.stream().map(Rule::policy).toList(),
					Clock.fixed(now, ZoneOffset.UTC));
			List<Snapshot> expired = retention.plan().expired();
			List<Snapshot> dropped = retention.prune();
			assertThat(dropped).containsExactlyInAnyOrderElementsOf(expired);
			assertThat(snapshots.all).containsExactlyInAnyOrderElementsOf(kept);
			present.removeIf((each) -> !kept.contains(each.snapshot()));
		}
	}

	/**
	 * One stays if no rule has its prefix, or if any rule that has protects it. Otherwise
	 * one with an end stays before that; one without stays if it is not older than the
	 * rule with the longest prefix says, or if fewer than that rule's number are newer,
	 * of the same rule and scope, not protected and without an end.
	 */
	private static Set<Snapshot> kept(List<Taken> present, List<Rule> rules, int hour) {
		return present.stream().filter((one) -> {
			Rule rule = ruleOf(one, rules);
			if (rule == null || isProtected(one, rules)) {
				return true;
			}
			if (one.end() != null) {
				return hour < one.end();
			}
			if (hour - one.hour() <= rule.maxAge()) {
				return true;
			}
			long newer = present.stream()
				.filter((other) -> other.end() == null && other.hour() > one.hour()
						&& other.database().equals(one.database()) && rule.equals(ruleOf(other, rules))
						&& !isProtected(other, rules))
				.count();
			return newer < rule.keep();
		}).map(Taken::snapshot).collect(Collectors.toSet());
	}

	private static Rule ruleOf(Taken one, List<Rule> rules) {
		Rule longest = null;
		for (Rule rule : rules) {
			if (one.name().startsWith(rule.prefix())
					&& (longest == null || rule.prefix().length() > longest.prefix().length())) {
				longest = rule;
			}
		}
		return longest;
	}

	private static boolean isProtected(Taken one, List<Rule> rules) {
		return rules.stream()
			.anyMatch((rule) -> one.name().startsWith(rule.prefix()) && one.hour() % 7 == rule.protectedRest());
	}

	/**
	 * Names and times are those of one snapshot only, as on a server.
	 */
	private static List<Taken> distinct(List<Taken> taken) {
		List<Taken> distinct = new ArrayList<>();
		for (Taken one : taken) {
			if (distinct.stream().noneMatch((other) -> other.name().equals(one.name()) || other.hour() == one.hour())) {
				distinct.add(one);
			}
		}
		return distinct;
	}

	@Provide
	Arbitrary<List<Taken>> snapshots() {
		Arbitrary<String> names = Arbitraries.of("a", "ab", "abc", "b", "c", "abd")
			.flatMap((prefix) -> Arbitraries.integers().between(0, 30).map((number) -> prefix + number));
		return Combinators
			.combine(names, Arbitraries.of("shop", "crm"), Arbitraries.integers().between(0, 200),
					Arbitraries.integers().between(0, 400).injectNull(0.6))
			.as(Taken::new)
			.list()
			.ofMaxSize(40);
	}

	@Provide
	Arbitrary<List<Rule>> policies() {
		return Combinators
			.combine(Arbitraries.of(PREFIXES), Arbitraries.integers().between(1, 150),
					Arbitraries.integers().between(0, 5), Arbitraries.integers().between(0, 12))
			.as(Rule::new)
			.list()
			.uniqueElements(Rule::prefix)
			.ofMaxSize(4);
	}

	@Provide
	Arbitrary<List<Integer>> steps() {
		return Arbitraries.integers().between(0, 120).list().ofMinSize(1).ofMaxSize(4);
	}

	record Taken(String name, String database, int hour, @Nullable Integer end) {

		Snapshot snapshot() {
			SnapshotName name = SnapshotName.of(this.name);
			return new Snapshot((this.end != null) ? name.until(START.plus(Duration.ofHours(this.end))) : name,
					SnapshotScope.database(this.database), START.plus(Duration.ofHours(this.hour)), null);
		}

	}

	record Rule(String prefix, int maxAge, int keep, int protectedRest) {

		RetentionPolicy policy() {
			return RetentionPolicy.of(this.prefix, Duration.ofHours(this.maxAge))
				.keepAtLeast(this.keep)
				.protect((
						snapshot) -> Duration.between(START, snapshot.createdAt()).toHours() % 7 == this.protectedRest);
		}

	}

}
