package io.github.matrixone.spring.contract.reactive.past;

import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.contract.reactive.past.ReactivePastApplication.Item;
import io.github.matrixone.spring.contract.reactive.past.ReactivePastApplication.ItemRepository;
import io.github.matrixone.spring.contract.reactive.past.ReactivePastApplication.Line;
import io.github.matrixone.spring.past.ReadAsOf;

/**
 * A service whose methods are transactions.
 */
@Service
class ReactiveItemService {

	static final String SNAPSHOT = "ct_reactive_past_annotated";

	private final ItemRepository items;

	private final R2dbcEntityTemplate template;

	private final DatabaseClient client;

	ReactiveItemService(ItemRepository items, R2dbcEntityTemplate template, DatabaseClient client) {
		this.items = items;
		this.template = template;
		this.client = client;
	}

	@Transactional
	Mono<Long> add(String name, int price, int... quantities) {
		return this.items.save(new Item(null, name, price))
			.flatMap((item) -> Flux.range(0, quantities.length)
				.concatMap((i) -> this.template.insert(new Line(null, item.id(), quantities[i])))
				.then(Mono.just(item.id())));
	}

	@Transactional
	Mono<Void> change(long id, String name, int price, int quantity) {
		return this.items.save(new Item(id, name, price))
			.then(this.template.insert(new Line(null, id, quantity)))
			.then();
	}

	@Transactional
	Mono<String> describe(long id) {
		return this.items.findById(id)
			.zipWith(this.client.sql("SELECT count(*) FROM order_line WHERE item_id = :id")
				.bind("id", id)
				.mapValue(Long.class)
				.one())
			.map((both) -> both.getT1().name() + ' ' + both.getT1().price() + ' ' + both.getT2());
	}

	@Transactional(readOnly = true)
	Mono<String> describeReadOnly(long id) {
		return describe(id);
	}

	@ReadAsOf(snapshot = SNAPSHOT)
	@Transactional(readOnly = true)
	Mono<String> describeAtSnapshot(long id) {
		return describe(id);
	}

	@ReadAsOf(snapshot = SNAPSHOT)
	Flux<String> namesAtSnapshot() {
		return this.items.findAll().map(Item::name);
	}

	@ReadAsOf(ago = "0s")
	Mono<Long> change(long id) {
		return change(id, "then", 1, 1).thenReturn(id);
	}

	@Transactional
	Mono<Integer> lock(long id) {
		return this.client.sql("SELECT price FROM item WHERE id = :id FOR UPDATE")
			.bind("id", id)
			.mapValue(Integer.class)
			.one();
	}

	@Transactional
	<T> Mono<T> run(Mono<T> work) {
		return work;
	}

	@Transactional(propagation = Propagation.SUPPORTS)
	<T> Mono<T> support(Mono<T> work) {
		return work;
	}

}
