package io.github.matrixone.spring.contract.slices;

import org.springframework.data.jpa.repository.JpaRepository;

interface SliceItemRepository extends JpaRepository<SliceItem, Integer> {

}
