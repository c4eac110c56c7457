package io.github.matrixone.spring.contract.slices;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;

@DataJpaTest
class DataJpaSliceTests extends SliceContract {

	@Autowired
	SliceItemRepository items;

	@Override
	void save(int id, String name) {
		this.items.save(new SliceItem(id, name));
	}

}
