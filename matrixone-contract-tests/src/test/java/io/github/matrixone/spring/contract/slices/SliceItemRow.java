package io.github.matrixone.spring.contract.slices;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

@Table("item")
record SliceItemRow(@Id int id, String name) {

}
