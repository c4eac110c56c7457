package io.github.matrixone.spring.contract.concurrency;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.contract.concurrency.LockSchedules.Counts;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All orders in which the statements of two and three transactions can be carried out
 * that write children and change what these reference: without a protocol rows are
 * doubled, with one they are not, whoever follows which one.
 */
class LockScheduleTests {

	private static final List<LockScript> SCRIPTS = LockScript.all("child a", "update a", "child a, update a",
			"child a, update a, rollback", "child a, lock a, update a", "lock a, child a, update a",
			"update a, child a, update a", "child b, update a", "update a, child b, update b",
			"child a, child b, update a, update b", "child b, child a, update b, update a", "update b, update a",
			"child a, child c, update a, update c", "child c, child a, update c, update a", "child a, change a",
			"child a, child b, update a, change b", "child a, child b, update a", "update a, child b, change b");

	/**
	 * One has its turn and waits for row {@code a}, while the other one shares or holds
	 * this row and waits for its turn. Or they take the turns of two tables in opposite
	 * order.
	 */
	private static final Set<String> TURNS_STAND_STILL = Set.of("child a, change a | child b, update a",
			"child a, child b, update a | child b, update a",
			"child a, child b, update a, change b | child b, update a",
			"child a, child b, update a, update b | child b, update a",
			"child a, child c, update a, update c | child b, update a",
			"child a, child c, update a, update c | child c, child a, update c, update a",
			"child a, lock a, update a | child b, update a", "child a, update a | child b, update a",
			"child a, update a, rollback | child b, update a",
			"child b, child a, update b, update a | child b, update a",
			"child b, update a | child c, child a, update c, update a", "child b, update a | lock a, child a, update a",
			"child b, update a | update a, child a, update a", "child b, update a | update a, child b, change b",
			"child b, update a | update a, child b, update b");

	/**
	 * The same, where a child was written whose row had not been locked first.
	 */
	private static final Set<String> LOCK_FIRST_STANDS_STILL = Set.of("child a, change a | child b, update a",
			"child a, child b, update a | child b, update a",
			"child a, child b, update a, change b | child b, update a",
			"child b, update a | update a, child b, change b");

	/**
	 * Of three, the first has its turn and waits for row {@code a} of the third one, that
	 * one for row {@code b} of the second one, and that one for its turn.
	 */
	private static final Set<String> THREE_STAND_STILL = Set.of(
			"child a, child b, update a, update b | child b, update a | child b, update a",
			"child b, update a | child b, update a | update a, child b, update b");

	@ParameterizedTest
	@ValueSource(ints = { 2, 3 })
	void withoutAProtocolRowsAreDoubledWhereTwoChangeWhatTheyShare(int size) {
		LockSurvey survey = LockSurvey.of("No protocol", scripts(LockProtocol.NONE), size);
		assertThat(survey.doubled()).isNotEmpty().isSubsetOf(survey.names(LockScheduleTests::twoChangeWhatTheyShare));
		assertThat(survey.timedOut()).isEmpty();
	}

	@Test
	void withTurnsNoRowIsDoubled() {
		Collection<LockScript> scripts = scripts(LockProtocol.TURNS);
		LockSurvey pairs = LockSurvey.of("Turns", scripts, 2);
		assertThat(pairs.doubled()).isEmpty();
		assertThat(pairs.timedOut()).isEqualTo(TURNS_STAND_STILL);
		LockSurvey threes = LockSurvey.of("Turns", scripts, 3);
		assertThat(threes.doubled()).isEmpty();
		assertThat(threes.timedOutTogether()).isEmpty();
	}

	@Test
	void withLocksBeforeNoRowIsDoubled() {
		Collection<LockScript> scripts = scripts(LockProtocol.LOCK_FIRST);
		LockSurvey pairs = LockSurvey.of("Lock first", scripts, 2);
		assertThat(pairs.doubled()).isEmpty();
		assertThat(pairs.timedOut()).isEqualTo(LOCK_FIRST_STANDS_STILL);
		LockSurvey threes = LockSurvey.of("Lock first", scripts, 3);
		assertThat(threes.doubled()).isEmpty();
		assertThat(threes.timedOutTogether()).isEqualTo(THREE_STAND_STILL);
	}

	@Test
	void withEitherProtocolNoRowIsDoubled() {
		Collection<LockScript> scripts = scripts(LockProtocol.TURNS, LockProtocol.LOCK_FIRST);
		LockSurvey pairs = LockSurvey.of("Turns or lock first", scripts, 2);
		assertThat(pairs.doubled()).isEmpty();
		assertThat(pairs.timedOut()).isEqualTo(TURNS_STAND_STILL);
		LockSurvey threes = LockSurvey.of("Turns or lock first", scripts, 3);
		assertThat(threes.doubled()).isEmpty();
		assertThat(threes.timedOutTogether()).isEqualTo(THREE_STAND_STILL);
	}

	@Test
	void locksBeforeAreNotEnoughWhereAChangeIsNotForeseen() {
		LockSurvey survey = LockSurvey.of("Lock first without turns", scripts(LockProtocol.LOCK_FIRST_ONLY), 2);
		assertThat(survey.doubled()).containsExactly("child a, change a | child a, change a");
	}

	@Test
	void locksBeforeAreEnoughBesideOneWithoutProtocolAndTurnsAreNot() {
		List<LockScript> foreseen = scripts(LockProtocol.LOCK_FIRST).stream()
			.filter((script) -> !script.takesTurns())
			.toList();
		for (LockScript other : scripts(LockProtocol.NONE)) {
			assertThat(foreseen)
				.allSatisfy((script) -> assertThat(LockSchedules.of(List.of(script, other)).doubled()).isZero());
		}
		LockScript script = LockScript.of("child a, update a");
		Counts turns = LockSchedules.of(List.of(LockProtocol.TURNS.apply(script), script));
		assertThat(turns.doubled()).isPositive();
	}

	private static boolean twoChangeWhatTheyShare(List<LockScript> group) {
		return IntStream.range(0, LockStep.ROWS)
			.anyMatch((row) -> group.stream().filter((script) -> script.changesWhatItShares(row)).count() > 1);
	}

	private static Collection<LockScript> scripts(LockProtocol... protocols) {
		return Stream.of(protocols)
			.flatMap((protocol) -> SCRIPTS.stream().map(protocol::apply))
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

}
