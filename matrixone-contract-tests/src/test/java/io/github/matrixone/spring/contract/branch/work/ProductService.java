package io.github.matrixone.spring.contract.branch.work;

import java.util.List;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * A service whose methods are transactions.
 */
@Service
public class ProductService {

	private final ProductRepository products;

	ProductService(ProductRepository products) {
		this.products = products;
	}

	@Transactional
	public void rename(long id, String name) {
		this.products.getReferenceById(id).rename(name);
	}

	@Transactional
	public void renameAndFail(long id, String name) {
		rename(id, name);
		this.products.flush();
		throw new IllegalStateException("fails on purpose");
	}

	@Transactional(propagation = Propagation.REQUIRES_NEW)
	public long add(String name, int price) {
		Product product = new Product(name);
		product.offers().add(new Offer(price));
		return this.products.save(product).id();
	}

	@Transactional(readOnly = true)
	public List<Integer> prices(long id) {
		return this.products.getReferenceById(id).offers().stream().map(Offer::price).toList();
	}

	@Transactional
	public void run(Runnable work) {
		work.run();
	}

}
