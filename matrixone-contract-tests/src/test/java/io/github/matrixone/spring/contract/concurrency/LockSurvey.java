package io.github.matrixone.spring.contract.concurrency;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.matrixone.spring.contract.concurrency.LockSchedules.Counts;

/**
 * How the schedules of all groups of some scripts end.
 *
 * @param counts the counts of each group
 */
record LockSurvey(Map<List<LockScript>, Counts> counts) {

	/**
	 * Run all groups of a size, and say in one line what came of it.
	 * @param title what the scripts have in common
	 * @param scripts the scripts, each of which may stand in a group several times
	 * @param size how many run side by side
	 */
	static LockSurvey of(String title, Collection<LockScript> scripts, int size) {
		Map<List<LockScript>, Counts> counts = new LinkedHashMap<>();
		groups(List.copyOf(scripts), size).forEach((group) -> counts.put(group, LockSchedules.of(group)));
		Counts all = counts.values().stream().reduce(Counts.NONE, Counts::plus);
		System.out.println(title + ", " + size + " of " + scripts.size() + " transactions: " + all);
		return new LockSurvey(counts);
	}

	Set<String> doubled() {
		return names((group) -> this.counts.get(group).doubled() > 0);
	}

	Set<String> timedOut() {
		return names((group) -> this.counts.get(group).timedOut() > 0);
	}

	/**
	 * Return the groups that stand still for a turn, though no two of them do.
	 */
	Set<String> timedOutTogether() {
		return names((group) -> this.counts.get(group).timedOut() > 0 && IntStream.range(0, group.size())
			.mapToObj((left) -> Stream.concat(group.stream().limit(left), group.stream().skip(left + 1)).toList())
			.allMatch((rest) -> LockSchedules.of(rest).timedOut() == 0));
	}

	Set<String> names(Predicate<List<LockScript>> condition) {
		return this.counts.keySet()
			.stream()
			.filter(condition)
			.map((group) -> group.stream().map(LockScript::name).sorted().collect(Collectors.joining(" | ")))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static List<List<LockScript>> groups(List<LockScript> scripts, int size) {
		if (size == 0) {
			return List.of(List.of());
		}
		return IntStream.range(0, scripts.size())
			.boxed()
			.flatMap((first) -> groups(scripts.subList(first, scripts.size()), size - 1).stream()
				.map((rest) -> Stream.concat(Stream.of(scripts.get(first)), rest.stream()).toList()))
			.toList();
	}

}
