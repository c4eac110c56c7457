package io.github.matrixone.spring.contract.slices;

import org.springframework.data.jpa.repository.JpaRepository;

interface ItemRepository extends JpaRepository<Item, Integer> {

}
