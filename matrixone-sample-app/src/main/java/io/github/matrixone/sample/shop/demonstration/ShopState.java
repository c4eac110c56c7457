package io.github.matrixone.sample.shop.demonstration;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What there is at one moment.
 *
 * @param products how many products
 * @param tables the tables of the shop's database
 * @param snapshots the snapshots of the shop's database
 */
public record ShopState(long products, List<String> tables, List<String> snapshots) {

	@Override
	public String toString() {
		return this.products + " products, tables " + list(this.tables) + ", snapshots " + list(this.snapshots);
	}

	private static String list(List<String> names) {
		return names.stream().collect(Collectors.joining(" ", "[", "]"));
	}

}
